/** The command {@code acceld simulate}: it changes the simulated machine of an agent. */
@NullMarked
package dev.acceld.agent.cli.simulate;

import org.jspecify.annotations.NullMarked;
