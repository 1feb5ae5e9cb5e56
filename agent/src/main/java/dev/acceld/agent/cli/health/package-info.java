/** The command {@code acceld health}. Looked up as {@code AddedCommand}. */
@NullMarked
package dev.acceld.agent.cli.health;

import org.jspecify.annotations.NullMarked;
