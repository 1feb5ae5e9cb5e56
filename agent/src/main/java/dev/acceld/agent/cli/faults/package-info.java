/** The commands about faults: {@code acceld faults}. Looked up as {@code AddedCommand}. */
@NullMarked
package dev.acceld.agent.cli.faults;

import org.jspecify.annotations.NullMarked;
