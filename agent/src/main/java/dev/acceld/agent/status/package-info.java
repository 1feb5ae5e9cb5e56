/**
 * The status page of the agent and its JSON API: which paths there are. They read what others know
 * and change nothing.
 */
@NullMarked
package dev.acceld.agent.status;

import org.jspecify.annotations.NullMarked;
