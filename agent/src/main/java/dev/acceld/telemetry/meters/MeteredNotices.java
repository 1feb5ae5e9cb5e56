package dev.acceld.telemetry.meters;

import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.events.Event;
import dev.acceld.dra.cluster.events.EventApi;
import dev.acceld.dra.cluster.events.NodeCondition;
import dev.acceld.dra.cluster.events.NodeConditionApi;
import java.time.Instant;
import java.util.Optional;

/** Measures each request for Events and for a Node's condition, and changes none. */
public final class MeteredNotices implements EventApi, NodeConditionApi {
  private final EventApi events;
  private final NodeConditionApi conditions;
  private final ApiMeters meters;

  /** Around these two. */
  public MeteredNotices(EventApi events, NodeConditionApi conditions, ApiMeters meters) {
    this.events = events;
    this.conditions = conditions;
    this.meters = meters;
  }

  @Override
  public void create(Event event) throws ClusterException {
    meters.measured(
        "create",
        "events",
        () -> {
          events.create(event);
          return true;
        });
  }

  @Override
  public void repeat(String namespace, String name, int count, Instant last)
      throws ClusterException {
    meters.measured(
        "patch",
        "events",
        () -> {
          events.repeat(namespace, name, count, last);
          return true;
        });
  }

  @Override
  public Optional<NodeCondition> read(String node, String type) throws ClusterException {
    return meters.measured("get", "nodes", () -> conditions.read(node, type));
  }

  @Override
  public void write(String node, NodeCondition condition, Instant at) throws ClusterException {
    meters.measured(
        "patch",
        "nodes/status",
        () -> {
          conditions.write(node, condition, at);
          return true;
        });
  }
}
