/**
 * What a container sees of the claims that were given to it; runs in there, without settings and
 * without an agent.
 */
@NullMarked
package dev.acceld.agent.inside;

import org.jspecify.annotations.NullMarked;
