package dev.acceld.dra.events;

import dev.acceld.dra.cluster.events.Event;

/**
 * One Event on its way.
 *
 * @param event as it is to be
 * @param again true when the API server should have it already, and only its series grows
 */
record Outgoing(Event event, boolean again) {}
