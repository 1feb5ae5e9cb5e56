/** Faults on disk, which outlive the agent: one small file for each. */
@NullMarked
package dev.acceld.faultstore;

import org.jspecify.annotations.NullMarked;
