/**
 * The commands. Those that look at a running agent ask it over its local socket and print; they
 * hold no knowledge of devices themselves.
 */
@NullMarked
package dev.acceld.agent.cli;

import org.jspecify.annotations.NullMarked;
