package dev.acceld.agent;

import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.ClusterException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
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
  private volatile Map<String, String> latest = Map.of();
  private volatile boolean settled;
  private @Nullable Thread thread; // under the lock of this
  private boolean closed; // under the lock of this

  NodeLabelReader(ClusterApi api, String node) {
    this.api = api;
    this.node = node;
  }

  /** As they were read last; empty before. Does not wait. */
  Map<String, String> labels() {
    synchronized (this) {
      if (thread == null && !closed) {
        thread = Thread.ofPlatform().daemon().name("node-labels").start(this::read);
      }
    }
    return latest;
  }

  /** Whether they have been read, or could not be once. */
  boolean settled() {
    return settled;
  }

  private void read() {
    try {
      while (true) {
        Duration pause = REFRESH;
        try {
          latest = Map.copyOf(api.nodeLabels(node));
        } catch (ClusterException e) {
          log.debug("the node's labels cannot be read: {}", e.getMessage());
          pause = AGAIN;
        }
        settled = true;
        Thread.sleep(pause);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (thread != null) {
      thread.interrupt();
    }
  }
}
