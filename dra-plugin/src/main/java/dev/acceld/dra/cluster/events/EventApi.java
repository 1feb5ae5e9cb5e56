package dev.acceld.dra.cluster.events;

import dev.acceld.dra.cluster.ClusterException;
import java.time.Instant;

/** Writes Events. The calls block, may come from any thread, and are not retried inside. */
public interface EventApi {

  /**
   * Creates an Event.
   *
   * @throws ClusterException {@code CONFLICT} when there is one of that name
   */
  void create(Event event) throws ClusterException;

  /**
   * Says that what an Event tells has happened again.
   *
   * @param count how often by now, 2 at least
   * @throws ClusterException {@code NOT_FOUND} when the API server has forgotten the Event, which
   *     it does an hour after the last change by default
   */
  void repeat(String namespace, String name, int count, Instant last) throws ClusterException;
}
