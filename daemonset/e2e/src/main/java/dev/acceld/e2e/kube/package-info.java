/**
 * What tests do with any cluster, the one of this module or the user's: objects, waits, Helm, the
 * installation of acceld.
 */
@NullMarked
package dev.acceld.e2e.kube;

import org.jspecify.annotations.NullMarked;
