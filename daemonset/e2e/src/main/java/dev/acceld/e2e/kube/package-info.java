/**
 * What tests say to any cluster, ours or one of the user's: objects, waits, helm, acceld's own
 * installation.
 */
@NullMarked
package dev.acceld.e2e.kube;

import org.jspecify.annotations.NullMarked;
