package dev.acceld.agent;

import dev.acceld.agent.config.AgentConfig;
import dev.acceld.agent.http.Condition;
import dev.acceld.device.Boot;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.Inventory;
import dev.acceld.device.ProbeStatus;
import dev.acceld.device.Vendor;
import dev.acceld.dra.kubelet.HealthFeed;
import dev.acceld.health.FaultStore;
import dev.acceld.health.HealthAssessor;
import dev.acceld.host.CurrentBoot;
import dev.acceld.host.HostFs;
import dev.acceld.host.PodProcesses;
import dev.acceld.probe.AccessPlanner;
import dev.acceld.probe.DeviceControl;
import dev.acceld.probe.ProbeSupervisor;
import dev.acceld.probe.Releases;
import dev.acceld.probe.SupervisorSettings;
import dev.acceld.probe.nvidia.discovery.DriverlessGpus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hardware side of the process: probes under supervision, and the verdicts on what they say.
 */
final class NodeDevices implements HealthFeed, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NodeDevices.class);

  private final HostFs host;
  private final Optional<Path> cgroupDir;
  private final CurrentBoot boot;
  private final Releases releases;
  private final AccessPlanner access;
  private final DeviceControl control;
  private final ProbeSupervisor supervisor;
  private final HealthAssessor health = new HealthAssessor();
  private final FaultStore faults;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile @Nullable String bootId;
  private volatile int unservedGpus;

  NodeDevices(AgentConfig config) {
    host = new HostFs(config.hostRoot());
    cgroupDir = config.cgroupDir();
    boot = new CurrentBoot(host);
    releases = Releases.in(config.stateDir().resolve("released"), boot);
    Probes probes =
        Probes.of(
            host,
            config.nvidia(),
            config.nvidiaMigOnDemand(),
            config.nvidiaMigRemoveForeign(),
            releases);
    access = probes.access();
    control = probes.control();
    SupervisorSettings defaults = SupervisorSettings.DEFAULT;
    supervisor =
        new ProbeSupervisor(
            probes.all(),
            new SupervisorSettings(
                config.rediscoverInterval(),
                config.sampleInterval(),
                defaults.deadline(),
                defaults.deadline().plus(config.sampleInterval())),
            host);
    faults = FaultStore.in(config.stateDir().resolve("faults"), boot);
    health.keep(faults);
    health.follow(supervisor);
    supervisor.onReboot(() -> bootId = null);
    supervisor.onInventory(this::lookForUnserved);
    health.onChange(reports -> listeners.forEach(Runnable::run));
  }

  /** Begins to look; listeners are registered before. */
  void start() {
    supervisor.start();
  }

  /** On the probe's thread, when something has changed. */
  private void lookForUnserved(Inventory inventory) {
    boolean waiting =
        inventory.probes().stream()
            .anyMatch(p ->
                p.probe().equals(Vendor.NVIDIA.probe()) && p.state() == ProbeStatus.State.WAITING);
    int now = waiting ? DriverlessGpus.count(host) : 0;
    if (now > 0 && unservedGpus == 0) {
      log.warn("{}", unserved(now));
    }
    unservedGpus = now;
  }

  private static String unserved(int gpus) {
    return gpus
        + (gpus == 1 ? " NVIDIA GPU is" : " NVIDIA GPUs are")
        + " on the PCI bus, but the driver is not available";
  }

  /** What readiness says of the hardware: advice, for the node may have none. */
  List<Condition> conditions() {
    Inventory inventory = supervisor.inventory();
    List<Condition> all = new ArrayList<>();
    for (ProbeStatus p : inventory.probes()) {
      int unserved = p.probe().equals(Vendor.NVIDIA.probe()) ? unservedGpus : 0;
      all.add(
          Condition.advisory(
              "probe-" + p.probe(),
              unserved == 0 && inventory.inOrder(p),
              unserved == 0 ? p.detail() : unserved(unserved) + ": " + p.detail()));
    }
    DeviceCount.condition(inventory, health.reports()).ifPresent(all::add);
    faults
        .problem()
        .ifPresent(problem ->
            all.add(
                Condition.advisory(
                    "faults",
                    false,
                    problem + "; until this is fixed, faults are lost when the agent restarts")));
    return all;
  }

  ProbeSupervisor supervisor() {
    return supervisor;
  }

  HealthAssessor health() {
    return health;
  }

  Releases releases() {
    return releases;
  }

  AccessPlanner access() {
    return access;
  }

  PodProcesses podProcesses() {
    return new PodProcesses(host, cgroupDir);
  }

  DeviceControl control() {
    return control;
  }

  /**
   * The boot that this host is in; {@link Boot#UNKNOWN} while it cannot be read. Read once when it
   * can be: a boot does not change under a running process, except a simulated one, which the
   * supervisor notices.
   */
  String bootId() {
    String known = bootId;
    if (known != null) {
      return known;
    }
    Optional<String> now = boot.get();
    now.ifPresent(id -> bootId = id);
    return now.orElse(Boot.UNKNOWN);
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
    faults.close();
  }
}
