/**
 * What a simulated machine consists of: YAML in, a checked description out, with messages for
 * people.
 */
@NullMarked
package dev.acceld.machine.description;

import org.jspecify.annotations.NullMarked;
