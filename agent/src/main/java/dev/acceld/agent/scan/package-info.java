/** {@code acceld scan}: one look at the accelerators of this machine, without an agent. */
@NullMarked
package dev.acceld.agent.scan;

import org.jspecify.annotations.NullMarked;
