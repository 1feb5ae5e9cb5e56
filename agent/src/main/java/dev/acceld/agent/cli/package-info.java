/**
 * The commands. Commands about a running agent query it over its local socket and print the answer;
 * they contain no knowledge about devices.
 */
@NullMarked
package dev.acceld.agent.cli;

import org.jspecify.annotations.NullMarked;
