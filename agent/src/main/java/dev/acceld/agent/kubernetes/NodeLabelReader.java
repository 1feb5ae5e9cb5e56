package dev.acceld.agent.kubernetes;

import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.steady.Refresher;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The labels of this agent's Node, for vendors that ask for them. The first question starts the
 * reading; a node whose vendors do not ask costs the API server nothing, one whose vendors do one
 * GET an hour.
 */
final class NodeLabelReader implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NodeLabelReader.class);
  private static final Duration AGAIN = Duration.ofMinutes(1);
  private static final Duration REFRESH = Duration.ofHours(1);

  private final ClusterApi api;
  private final String node;
  private final Refresher refresher = new Refresher("node-labels", REFRESH, AGAIN, this::read);
  private volatile Map<String, String> latest = Map.of();

  NodeLabelReader(ClusterApi api, String node) {
    this.api = api;
    this.node = node;
  }

  /** As they were read last; empty before. Does not wait. */
  Map<String, String> labels() {
    refresher.begin();
    return latest;
  }

  /** Whether they have been read, or could not be once. */
  boolean settled() {
    return refresher.settled();
  }

  private boolean read() {
    try {
      latest = Map.copyOf(api.nodeLabels(node));
      return true;
    } catch (ClusterException e) {
      log.debug("the node's labels cannot be read: {}", e.getMessage());
      return false;
    }
  }

  @Override
  public void close() {
    refresher.close();
  }
}
