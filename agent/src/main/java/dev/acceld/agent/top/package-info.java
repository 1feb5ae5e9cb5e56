/**
 * What the agent answers to {@code acceld top}: the node at one moment, and its last ten minutes.
 */
@NullMarked
package dev.acceld.agent.top;

import org.jspecify.annotations.NullMarked;
