/** {@code acceld top}: asks the agent again and again, and shows its answers on a terminal. */
@NullMarked
package dev.acceld.agent.cli.top;

import org.jspecify.annotations.NullMarked;
