/**
 * The pages of the agent for people, rendered on the server: they need no script, and what they
 * show is what the JSON API answers.
 */
@NullMarked
package dev.acceld.agent.status.page;

import org.jspecify.annotations.NullMarked;
