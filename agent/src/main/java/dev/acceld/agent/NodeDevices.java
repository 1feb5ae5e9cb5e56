package dev.acceld.agent;

import dev.acceld.agent.config.AgentConfig;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.Inventory;
import dev.acceld.device.ProbeStatus;
import dev.acceld.dra.kubelet.HealthFeed;
import dev.acceld.health.HealthAssessor;
import dev.acceld.host.BootId;
import dev.acceld.host.HostFs;
import dev.acceld.probe.AccessPlanner;
import dev.acceld.probe.ProbeSupervisor;
import dev.acceld.probe.SupervisorSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The hardware side of the process: probes under supervision, and the verdicts on what they say.
 */
final class NodeDevices implements HealthFeed, AutoCloseable {
  private final HostFs host;
  private final AccessPlanner access;
  private final ProbeSupervisor supervisor;
  private final HealthAssessor health = new HealthAssessor();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile @Nullable String bootId;

  NodeDevices(AgentConfig config) {
    host = new HostFs(config.hostRoot());
    Probes probes = Probes.of(host, config.nvidiaDriverRoot());
    access = probes.access();
    SupervisorSettings defaults = SupervisorSettings.DEFAULT;
    supervisor =
        new ProbeSupervisor(
            probes.all(),
            new SupervisorSettings(
                config.rediscoverInterval(),
                config.sampleInterval(),
                defaults.deadline(),
                config.sampleInterval().multipliedBy(3).compareTo(defaults.staleAfter()) > 0
                    ? config.sampleInterval().multipliedBy(3)
                    : defaults.staleAfter()),
            host);
    health.follow(supervisor);
    supervisor.onReboot(() -> bootId = null);
    health.onChange(reports -> listeners.forEach(Runnable::run));
  }

  /** Begins to look; listeners are registered before. */
  void start() {
    supervisor.start();
  }

  ProbeSupervisor supervisor() {
    return supervisor;
  }

  HealthAssessor health() {
    return health;
  }

  AccessPlanner access() {
    return access;
  }

  /**
   * The boot that this host is in; a host that hides it counts as never rebooted. Read once: a boot
   * does not change under a running process, except a make-believe one, which the supervisor
   * notices.
   */
  String bootId() {
    String known = bootId;
    if (known == null) {
      known = BootId.read(host).orElse("unknown");
      bootId = known;
    }
    return known;
  }

  Optional<HealthReport> health(DeviceName device) {
    return Optional.ofNullable(health.reports().get(device));
  }

  /** True once every probe has answered, or is known not to. */
  static boolean settled(Inventory inventory) {
    return inventory.probes().stream().noneMatch(p -> p.state() == ProbeStatus.State.STARTING);
  }

  @Override
  public List<HealthReport> current() {
    return new ArrayList<>(health.reports().values());
  }

  @Override
  public Subscription onChange(Runnable listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public void close() {
    supervisor.close();
  }
}
