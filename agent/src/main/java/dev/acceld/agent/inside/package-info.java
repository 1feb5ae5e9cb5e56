/**
 * Checks, inside a container, which devices of its claims are present. It runs without settings and
 * without an agent.
 */
@NullMarked
package dev.acceld.agent.inside;

import org.jspecify.annotations.NullMarked;
