/** What is known of the faults of TPUs. */
@NullMarked
package dev.acceld.health.tpu;

import org.jspecify.annotations.NullMarked;
