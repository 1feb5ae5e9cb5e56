/**
 * The process: its entry point, the wiring of all parts by hand, and leaving in the right order.
 * What a part does is decided in that part.
 */
@NullMarked
package dev.acceld.agent;

import org.jspecify.annotations.NullMarked;
