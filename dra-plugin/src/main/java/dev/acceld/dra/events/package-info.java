/**
 * Who is told what of a fault by Events and by the Node's condition, when, and how often. The
 * requests themselves are in {@link dev.acceld.dra.cluster.events}; nothing here is waited for by a
 * prepare.
 */
@NullMarked
package dev.acceld.dra.events;

import org.jspecify.annotations.NullMarked;
