package dev.acceld.agent.kubernetes;

import dev.acceld.agent.config.AgentConfig;
import dev.acceld.agent.devices.NodeDevices;
import dev.acceld.device.Inventory;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.events.HttpNotices;
import dev.acceld.dra.cluster.http.ApiHttp;
import dev.acceld.dra.events.EventSettings;
import dev.acceld.dra.events.FaultEvents;
import dev.acceld.dra.events.NodeConditionKeeper;
import dev.acceld.telemetry.Telemetry;
import dev.acceld.telemetry.meters.MeteredNotices;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Who is told of faults by requests of their own: Events, and the Node's condition. */
final class FaultNotices implements AutoCloseable {
  private final Optional<FaultEvents> events;
  private final Optional<NodeConditionKeeper> condition;

  /**
   * @param spread nanoseconds within which all nodes of the cluster may write once
   */
  FaultNotices(
      AgentConfig config,
      ApiHttp http,
      ClusterApi api,
      NodeDevices devices,
      Supplier<List<PreparedClaim>> claims,
      Telemetry telemetry,
      LongSupplier spread) {
    HttpNotices bare = new HttpNotices(http);
    MeteredNotices notices = new MeteredNotices(bare, bare, telemetry.api());
    String node = config.nodeName();
    events =
        config.notices().events()
            ? Optional.of(
                new FaultEvents(
                    EventSettings.in(config.stateDir(), config.driverName(), node),
                    notices,
                    new FaultEvents.Inputs(
                        () -> settled(devices).map(i -> devices.faultWatch().snapshot()),
                        claims,
                        () -> api.nodeUid(node)),
                    telemetry.faults(),
                    spread))
            : Optional.empty();
    condition =
        config.notices().nodeCondition()
            ? Optional.of(
                new NodeConditionKeeper(
                    node,
                    config.stateDir().resolve("locks").resolve("node-condition.lock"),
                    notices,
                    () ->
                        settled(devices)
                            .map(i ->
                                new NodeConditionKeeper.Devices(i, devices.health().reports())),
                    spread))
            : Optional.empty();
  }

  /** The inventory, once every probe has answered. */
  private static Optional<Inventory> settled(NodeDevices devices) {
    return Optional.of(devices.supervisor().inventory()).filter(NodeDevices::settled);
  }

  void start() {
    events.ifPresent(FaultEvents::start);
    condition.ifPresent(NodeConditionKeeper::start);
  }

  @Override
  public void close() {
    events.ifPresent(FaultEvents::close);
    condition.ifPresent(NodeConditionKeeper::close);
  }
}
