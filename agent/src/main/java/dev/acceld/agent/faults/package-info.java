/** What the agent answers about faults: the records, the readings around them, its settings. */
@NullMarked
package dev.acceld.agent.faults;

import org.jspecify.annotations.NullMarked;
