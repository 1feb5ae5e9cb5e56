package dev.acceld.agent.devices;

import dev.acceld.agent.config.AgentConfig;
import dev.acceld.agent.http.Condition;
import dev.acceld.agent.repair.records.RepairRecords;
import dev.acceld.device.Boot;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.Inventory;
import dev.acceld.device.ProbeStatus;
import dev.acceld.device.Readings;
import dev.acceld.device.Vendor;
import dev.acceld.dra.claim.health.BusCheck;
import dev.acceld.dra.claim.health.SelfTests;
import dev.acceld.dra.events.FaultWatch;
import dev.acceld.dra.kubelet.HealthFeed;
import dev.acceld.faultstore.FaultStore;
import dev.acceld.health.HealthAssessor;
import dev.acceld.host.CurrentBoot;
import dev.acceld.host.HostFs;
import dev.acceld.host.HostProcesses;
import dev.acceld.host.PodProcesses;
import dev.acceld.host.ProcessTable;
import dev.acceld.kernel.KernelLines;
import dev.acceld.kernel.KernelWatch;
import dev.acceld.probe.AccessPlanner;
import dev.acceld.probe.ClusterView;
import dev.acceld.probe.CompositeAccess;
import dev.acceld.probe.CompositeControl;
import dev.acceld.probe.DeviceControl;
import dev.acceld.probe.Probe;
import dev.acceld.probe.ProbeSupervisor;
import dev.acceld.probe.Releases;
import dev.acceld.probe.SupervisorSettings;
import dev.acceld.probe.VendorContext;
import dev.acceld.probe.VendorModule;
import dev.acceld.probe.VendorRuntime;
import dev.acceld.reset.DeviceReset;
import dev.acceld.reset.Holder;
import dev.acceld.reset.Holders;
import dev.acceld.selftest.DeviceSelfTest;
import dev.acceld.watch.HeatWatch;
import dev.acceld.watch.StuckProcesses;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hardware side of the process: probes under supervision, and the verdicts on what they say.
 */
public final class NodeDevices implements HealthFeed, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NodeDevices.class);

  private final HostFs host;
  private final HostBus bus;
  private final Optional<Path> cgroupDir;
  private final ProcessTable processes;
  private final boolean processesWanted;
  private final CurrentBoot boot;
  private final Releases releases;
  private final RepairRecords repairs;
  private final Holders holders;
  private final AccessPlanner access;
  private final DeviceControl control;
  private final SelfTests selfTests;
  private final ProbeSupervisor supervisor;
  private final HealthAssessor health = new HealthAssessor(VendorModule.rulebook());
  private final HeatWatch heat;
  private final StuckProcesses stuck;
  private final FaultStore faults;
  private final Optional<KernelWatch> kernelLog;
  private final FaultWatch faultWatch = new FaultWatch(InstantSource.system());
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile @Nullable String bootId;
  private volatile Map<String, String> driverless = Map.of(); // by probe

  public NodeDevices(AgentConfig config, ClusterView cluster) {
    host = new HostFs(config.hostRoot());
    bus = new HostBus(host);
    cgroupDir = config.cgroupDir();
    processes = processes(config, host);
    processesWanted = config.processMetrics();
    boot = new CurrentBoot(host);
    releases = Releases.in(config.stateDir().resolve("released"), boot);
    repairs = new RepairRecords(config.stateDir().resolve("repairs"), boot);
    holders = new Holders(hostProcesses(config, host));
    VendorContext context =
        new VendorContext(host, releases, config.vendors(), cluster, config.processMetrics());
    List<Probe> probes = new ArrayList<>();
    Map<Vendor, AccessPlanner> planners = new LinkedHashMap<>();
    Map<Vendor, DeviceControl> controls = new LinkedHashMap<>();
    Map<Vendor, DeviceReset> resets = new LinkedHashMap<>();
    Map<Vendor, DeviceSelfTest> tests = new LinkedHashMap<>();
    for (VendorModule module : VendorModule.all()) {
      VendorRuntime runtime = module.open(context);
      probes.add(runtime.probe());
      planners.put(module.vendor(), runtime.access());
      controls.put(module.vendor(), runtime.control());
      runtime.reset().ifPresent(reset -> resets.put(module.vendor(), reset));
      runtime
          .selfTest()
          .filter(test -> config.selfTest())
          .ifPresent(test -> tests.put(module.vendor(), test));
    }
    access = new CompositeAccess(planners);
    control = new CompositeControl(controls, resets, tests);
    selfTests = new SelfTests(control::selfTest, fault -> health.signals(List.of(fault)));
    SupervisorSettings defaults = SupervisorSettings.DEFAULT;
    supervisor =
        new ProbeSupervisor(
            probes,
            new SupervisorSettings(
                config.rediscoverInterval(),
                config.sampleInterval(),
                defaults.deadline(),
                defaults.deadline().plus(config.sampleInterval())),
            host);
    heat =
        new HeatWatch(
            () -> supervisor.inventory(), () -> health.rules(), signals -> health.signals(signals));
    stuck =
        new StuckProcesses(
            () -> supervisor.inventory(),
            () -> supervisor.readings(),
            () -> health.rules(),
            processes(config, host),
            signals -> health.signals(signals));
    faults = FaultStore.in(config.stateDir().resolve("faults"), boot);
    health.state(() -> repairs.reasons(supervisor.inventory().devices()));
    health.restate();
    supervisor.onInventory(inventory -> health.restate()); // before a new device is on offer
    health.keep(faults);
    health.follow(supervisor);
    supervisor.onReadings(heat::sample);
    supervisor.onReboot(heat::forget);
    supervisor.onReboot(stuck::forget);
    Retests retests = new Retests(selfTests, supervisor::inventory);
    faultWatch.listen(retests);
    supervisor.onSignals(retests::signals);
    supervisor.onReboot(selfTests::forgetAll);
    kernelLog = config.kernelLog().map(log -> watch(log, config));
    supervisor.onReboot(() -> bootId = null);
    supervisor.onInventory(this::lookForDriverless);
    supervisor.onInventory(bus::learn);
    health.onChange(reports -> {
      faultWatch.look(supervisor.inventory(), reports);
      listeners.forEach(Runnable::run);
    });
  }

  private KernelWatch watch(Path log, AgentConfig config) {
    return KernelWatch.of(
        log,
        config.stateDir().resolve("kernel-log"),
        host,
        boot,
        supervisor::inventory,
        () -> settled(supervisor.inventory()),
        health);
  }

  /** The simulated driver is told ids of processes by commands that run beside the agent. */
  private static ProcessTable processes(AgentConfig config, HostFs host) {
    HostProcesses all = hostProcesses(config, host);
    return config.machine().isPresent() ? ProcessTable.ofOwnIds(all) : ProcessTable.of(all);
  }

  private static HostProcesses hostProcesses(AgentConfig config, HostFs host) {
    return config
        .procDir()
        .map(HostProcesses::below)
        .orElseGet(() ->
            config.machine().isPresent()
                ? HostProcesses.below(Path.of("/proc"))
                : new HostProcesses(host));
  }

  /** Begins to look; listeners are registered before. */
  public void start() {
    repairs.takeBackInterrupted(releases);
    look();
  }

  /** The same beside an agent: what that agent has let go of for a repair stays so. */
  public void look() {
    supervisor.start();
    stuck.start();
    kernelLog.ifPresent(KernelWatch::start);
  }

  /** On the probe's thread, when something has changed. */
  private void lookForDriverless(Inventory inventory) {
    Map<String, String> now = new HashMap<>();
    for (VendorModule module : VendorModule.all()) {
      String probe = module.vendor().probe();
      boolean waiting =
          inventory.probes().stream()
              .anyMatch(p -> p.probe().equals(probe) && p.state() == ProbeStatus.State.WAITING);
      int devices = waiting ? module.onBus(host).size() : 0;
      if (devices > 0) {
        now.put(
            probe,
            devices
                + " "
                + module.noun()
                + (devices == 1 ? " is" : "s are")
                + " on the PCI bus, but the driver is not available");
      }
    }
    Map<String, String> before = driverless;
    driverless = Map.copyOf(now);
    now.forEach((probe, text) -> {
      if (!before.containsKey(probe)) {
        log.warn("{}", text);
      }
    });
  }

  /** What readiness says of the hardware: advice, for the node may have none. */
  public List<Condition> conditions() {
    Inventory inventory = supervisor.inventory();
    List<Condition> all = new ArrayList<>();
    for (ProbeStatus p : inventory.probes()) {
      String found = driverless.get(p.probe());
      all.add(
          Condition.advisory(
              "probe-" + p.probe(),
              found == null && inventory.inOrder(p),
              found == null ? p.detail() : found + ": " + p.detail()));
    }
    releases
        .whyAll()
        .ifPresent(why ->
            all.add(
                Condition.advisory(
                    "released",
                    false,
                    "all GPUs and NVIDIA's library are released"
                        + (why.isEmpty() ? "" : " (" + why + ")")
                        + ": no claim gets one, running pods keep theirs; "
                        + (releases.byLabel().isPresent()
                            ? "they are taken back when the label says so"
                            : "'acceld release --all --back' takes them back"))));
    DeviceCount.condition(inventory, health.reports()).ifPresent(all::add);
    if (processesWanted && !processes.sees()) {
      all.add(
          Condition.advisory(
              "processes",
              false,
              "the agent does not see the host's processes, so acceld_process_* have no names and"
                  + " pods; mount the host's /proc and name it with --proc-dir (the chart does so"
                  + " with agent.processMetrics=true)"));
    }
    kernelLog
        .flatMap(KernelWatch::problem)
        .ifPresent(problem -> all.add(Condition.advisory("kernel-log", false, problem)));
    repairs.problem().ifPresent(problem -> all.add(Condition.advisory("repairs", false, problem)));
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

  /** The latest sample; while the kernel's log is read, no GPU's XIDs are unheard. */
  public Readings readings() {
    Readings now = supervisor.readings();
    return kernelLog.filter(KernelWatch::reads).isPresent() ? HeardXids.in(now) : now;
  }

  /** The lines of the kernel's log by device; none where the log is not read. */
  public KernelLines kernelLines() {
    return kernelLog.map(KernelWatch::lines).orElse(KernelLines.NONE);
  }

  /** Counts the lines of the kernel's log, where it is read. */
  public void meter(MeterRegistry registry) {
    kernelLog.ifPresent(watch -> KernelLogMeters.register(watch, registry));
  }

  public ProbeSupervisor supervisor() {
    return supervisor;
  }

  public HealthAssessor health() {
    return health;
  }

  /** The names of the devices that no new pod must get. */
  public List<String> unschedulable() {
    return health.reports().values().stream()
        .filter(report -> !report.schedulable())
        .map(report -> report.device().value())
        .toList();
  }

  /** The faults that begin and end. */
  public FaultWatch faultWatch() {
    return faultWatch;
  }

  public Releases releases() {
    return releases;
  }

  public AccessPlanner access() {
    return access;
  }

  public PodProcesses podProcesses() {
    return new PodProcesses(host, cgroupDir);
  }

  /** Whether a device is on the bus at the moment when a claim gets it. */
  public BusCheck bus() {
    return bus;
  }

  /** What is tested before a claim gets it. */
  public SelfTests selfTests() {
    return selfTests;
  }

  /** What the ids of processes mean that drivers tell. */
  public ProcessTable processes() {
    return processes;
  }

  public DeviceControl control() {
    return control;
  }

  /** Which devices are being repaired, or could not be. */
  public RepairRecords repairs() {
    return repairs;
  }

  /** What is known of a process that a driver has listed. */
  public Holder holder(int pid) {
    return processes.sees()
        ? holders.holder(pid)
        : new Holder(pid, "", Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** The processes that have a device open; empty where the host's are not seen. */
  public Optional<List<Holder>> openHolders(Device device) {
    return holders.of(device);
  }

  /**
   * The boot that this host is in; {@link Boot#UNKNOWN} while it cannot be read. Read once when it
   * can be: a boot does not change under a running process, except a simulated one, which the
   * supervisor notices.
   */
  public Optional<String> boot() {
    return boot.get();
  }

  public String bootId() {
    String known = bootId;
    if (known != null) {
      return known;
    }
    Optional<String> now = boot.get();
    now.ifPresent(id -> bootId = id);
    return now.orElse(Boot.UNKNOWN);
  }

  public Optional<HealthReport> health(DeviceName device) {
    return Optional.ofNullable(health.reports().get(device));
  }

  /** True once every probe has answered, or is known not to. */
  public static boolean settled(Inventory inventory) {
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
    stuck.close();
    kernelLog.ifPresent(KernelWatch::close);
    supervisor.close();
    faults.close();
  }
}
