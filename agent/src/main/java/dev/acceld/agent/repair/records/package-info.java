/**
 * What is kept on disk of repairs: which device is being repaired or could not be, and how often
 * that was tried. Knows nothing of how it is done.
 */
@NullMarked
package dev.acceld.agent.repair.records;

import org.jspecify.annotations.NullMarked;
