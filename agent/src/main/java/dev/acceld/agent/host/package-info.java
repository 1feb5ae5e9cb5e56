/**
 * What this process keeps on the host, apart from claims: locks, the owner of the state directory,
 * and the clean-up by the last agent.
 */
@NullMarked
package dev.acceld.agent.host;

import org.jspecify.annotations.NullMarked;
