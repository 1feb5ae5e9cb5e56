/**
 * The local socket of a running agent: one request line in, one JSON document out. The server and
 * the client of it, nothing else.
 */
@NullMarked
package dev.acceld.agent.local;

import org.jspecify.annotations.NullMarked;
