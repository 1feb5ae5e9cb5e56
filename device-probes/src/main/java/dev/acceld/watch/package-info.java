/**
 * Looks at readings and processes for what no probe says by itself: heat, and processes that cannot
 * be killed. The thresholds are those of the health rules.
 */
@NullMarked
package dev.acceld.watch;

import org.jspecify.annotations.NullMarked;
