/** What is known of the faults of AMD's GPUs. */
@NullMarked
package dev.acceld.health.amd;

import org.jspecify.annotations.NullMarked;
