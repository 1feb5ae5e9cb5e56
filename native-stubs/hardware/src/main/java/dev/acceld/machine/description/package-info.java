/**
 * The contents of a simulated machine: parses YAML into a validated description, with readable
 * error messages.
 */
@NullMarked
package dev.acceld.machine.description;

import org.jspecify.annotations.NullMarked;
