/** What is known of the faults of Intel's GPUs. Nobody but Intel's probe may depend on it. */
@NullMarked
package dev.acceld.health.intel;

import org.jspecify.annotations.NullMarked;
