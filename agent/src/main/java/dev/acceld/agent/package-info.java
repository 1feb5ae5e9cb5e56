/**
 * The process: its entry point, the explicit wiring of all components, and the shutdown in the
 * right order. Each component decides itself what it does.
 */
@NullMarked
package dev.acceld.agent;

import org.jspecify.annotations.NullMarked;
