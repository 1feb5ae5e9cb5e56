/**
 * What all fuzz tests share, and the ordinary test that replays their seeds. A fuzz test is in the
 * package of the parser that it calls, and its name ends in {@code Fuzz}: a method {@code input}
 * that takes any bytes, and a method {@code seeds} with inputs to begin with, among them those that
 * once went wrong.
 */
@NullMarked
package dev.acceld.fuzz;

import org.jspecify.annotations.NullMarked;
