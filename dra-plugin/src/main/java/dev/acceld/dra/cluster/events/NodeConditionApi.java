package dev.acceld.dra.cluster.events;

import dev.acceld.dra.cluster.ClusterException;
import java.time.Instant;
import java.util.Optional;

/**
 * Reads and writes one condition of a Node. The calls block, may come from any thread, and are not
 * retried inside.
 */
public interface NodeConditionApi {

  /** The condition of that type as it is stored; empty when the Node has none. */
  Optional<NodeCondition> read(String node, String type) throws ClusterException;

  /**
   * Adds or replaces the condition of that type; the others stay as they are.
   *
   * @param at when this was found out
   */
  void write(String node, NodeCondition condition, Instant at) throws ClusterException;
}
