/**
 * Work that must not stop because of an error: periodic tasks, and loops that run until the process
 * ends. Depends on nothing.
 */
@NullMarked
package dev.acceld.steady;

import org.jspecify.annotations.NullMarked;
