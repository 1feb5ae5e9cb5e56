/**
 * The local socket of a running agent: one request line in, one JSON document out. Only its server
 * and its client.
 */
@NullMarked
package dev.acceld.agent.local;

import org.jspecify.annotations.NullMarked;
