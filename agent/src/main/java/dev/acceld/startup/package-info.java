/** How long pods with claims take to start, and in which phase: from their scheduling to work. */
@NullMarked
package dev.acceld.startup;

import org.jspecify.annotations.NullMarked;
