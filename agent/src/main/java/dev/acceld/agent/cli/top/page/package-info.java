/**
 * What is on the screen of {@code acceld top}: functions from an agent's answer, from what the
 * person has chosen and from the size of the terminal to lines of text. Nothing here reads a clock,
 * a terminal or a socket.
 */
@NullMarked
package dev.acceld.agent.cli.top.page;

import org.jspecify.annotations.NullMarked;
