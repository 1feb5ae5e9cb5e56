/** How answers look on a terminal: tables, quantities with their units, text without surprises. */
@NullMarked
package dev.acceld.agent.cli.text;

import org.jspecify.annotations.NullMarked;
