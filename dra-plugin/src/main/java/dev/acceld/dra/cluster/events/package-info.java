/**
 * What the agent tells people through the API server: Events, and a condition of the Node. The
 * requests and nothing else; when something is told, and to whom, is decided elsewhere.
 */
@NullMarked
package dev.acceld.dra.cluster.events;

import org.jspecify.annotations.NullMarked;
