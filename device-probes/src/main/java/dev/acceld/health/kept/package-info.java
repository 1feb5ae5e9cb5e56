/** Faults on disk, which outlive the agent: one small file for each. */
@NullMarked
package dev.acceld.health.kept;

import org.jspecify.annotations.NullMarked;
