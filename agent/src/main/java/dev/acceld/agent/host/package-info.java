/**
 * What this process leaves on the host, apart from claims: the word that it is there, and the
 * clearing up behind the last one.
 */
@NullMarked
package dev.acceld.agent.host;

import org.jspecify.annotations.NullMarked;
