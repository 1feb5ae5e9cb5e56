/** The launcher of the source tree, which runs the agent with the demo beside it. */
@NullMarked
package dev.acceld.launcher;

import org.jspecify.annotations.NullMarked;
