package dev.acceld.agent;

import dev.acceld.agent.config.AgentConfig;
import dev.acceld.agent.config.ConfigException;
import dev.acceld.agent.config.DefaultStateDir;
import dev.acceld.agent.config.SharedSettings;
import dev.acceld.agent.devices.NodeDevices;
import dev.acceld.agent.devices.ReleaseHandler;
import dev.acceld.agent.health.HealthRulesFile;
import dev.acceld.agent.host.HostCleanup;
import dev.acceld.agent.host.InstanceLock;
import dev.acceld.agent.http.Condition;
import dev.acceld.agent.http.HealthzResult;
import dev.acceld.agent.http.HttpAddress;
import dev.acceld.agent.http.HttpEndpoints;
import dev.acceld.agent.kubernetes.ClusterLink;
import dev.acceld.agent.kubernetes.KubernetesRuntime;
import dev.acceld.agent.kubernetes.NoOrchestrator;
import dev.acceld.agent.kubernetes.Orchestrator;
import dev.acceld.agent.local.CommandFailedException;
import dev.acceld.agent.local.LocalCommand;
import dev.acceld.agent.local.LocalServer;
import dev.acceld.agent.repair.RepairHandler;
import dev.acceld.agent.repair.RepairParts;
import dev.acceld.agent.repair.Repairs;
import dev.acceld.agent.status.StatusPage;
import dev.acceld.agent.top.TopHandler;
import dev.acceld.agent.view.ClaimView;
import dev.acceld.agent.view.DeviceViews;
import dev.acceld.device.Inventory;
import dev.acceld.device.Readings;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.dra.cluster.ClusterConnection;
import dev.acceld.machine.SimulatedKernel;
import dev.acceld.prepare.RecentPrepares;
import dev.acceld.snapshot.NodeSnapshots;
import dev.acceld.snapshot.SnapshotSources;
import dev.acceld.telemetry.Telemetry;
import dev.acceld.telemetry.TelemetrySettings;
import dev.acceld.telemetry.dcgm.DcgmSelection;
import dev.acceld.text.ErrorText;
import dev.acceld.usage.ClaimUsageView;
import dev.acceld.usage.UsageKeeper;
import dev.acceld.usage.UsageReport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running agent: everything wired together. Started and stopped as a whole; its parts start in an
 * order that lets the kubelet call as early as possible.
 */
public final class Agent implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Agent.class);

  private final Components components;
  private final UsageKeeper usage;
  private final FaultRecords faults;
  private final Telemetry telemetry;
  private final OtlpExport otlp;
  private final HttpAccess access;
  private final Optional<HealthRulesFile> rules;
  private final HttpEndpoints http;
  private final StatusPage page;
  private final LocalServer local;
  private final Repairs repairs;
  private final Optional<SimulatedKernel> simulatedKernel;
  private final AgentConfig config;
  private final InstanceLock lock;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Agent(
      AgentConfig config,
      InstanceLock lock,
      Components components,
      UsageKeeper usage,
      FaultRecords faults,
      Telemetry telemetry,
      OtlpExport otlp,
      HttpAccess access,
      Optional<HealthRulesFile> rules,
      HttpEndpoints http,
      StatusPage page,
      LocalServer local,
      Repairs repairs) {
    this.repairs = repairs;
    this.simulatedKernel = HostState.simulatedKernel(config);
    this.config = config;
    this.lock = lock;
    this.components = components;
    this.usage = usage;
    this.faults = faults;
    this.telemetry = telemetry;
    this.otlp = otlp;
    this.access = access;
    this.rules = rules;
    this.http = http;
    this.page = page;
    this.local = local;
  }

  /**
   * Starts an agent and comes back when it serves; devices, API server and kubelet may come later.
   *
   * @throws IOException when a directory or an address cannot be used; the message names it
   * @throws ConfigException when the settings cannot work
   */
  public static Agent start(AgentConfig settings) throws IOException {
    HostState.makeStateDir(settings);
    InstanceLock lock = InstanceLock.hold(settings.stateDir());
    try {
      return start(settings, lock);
    } catch (IOException | RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  private static Agent start(AgentConfig settings, InstanceLock lock) throws IOException {
    AgentConfig config = HostState.onMachine(settings, lock);
    HttpAddress address = HttpAddress.parse(config.httpAddress());
    HttpAccess access = HttpAccess.of(config.webConfigFile());
    DcgmSelection dcgm = DcgmSeries.select(config);
    ClusterConnection cluster =
        ClusterConnection.open(config.kubeconfig(), System.getenv(), Version.current());
    log.info("acceld {} on node {}: {}", Version.current(), config.nodeName(), cluster.sentence());
    DefaultStateDir.note(config.driverName(), config.stateDir()).ifPresent(log::info);

    ClusterLink link = new ClusterLink();
    NodeDevices devices = new NodeDevices(config, link);
    Optional<HealthRulesFile> rules =
        config
            .healthRules()
            .map(file ->
                HealthRulesFile.open(
                    file, devices.health().rules().signals(), devices.health()::override));
    Telemetry telemetry =
        new Telemetry(
            TelemetrySettings.of(config.nodeName(), config.driverName(), Version.current())
                .with(dcgm)
                .withGkeTpuNames(config.gkeTpuNames())
                .withProcesses(config.processMetrics()));
    devices.meter(telemetry.registry());
    devices.faultWatch().listen(telemetry.faults());
    OtlpExport otlp = OtlpExport.of(config, System.getenv(), telemetry);
    RecentPrepares prepares = new RecentPrepares();
    Orchestrator orchestrator =
        cluster.api().isPresent() && cluster.http().isPresent()
            ? new KubernetesRuntime(
                config,
                cluster.api().get(),
                cluster.http().get(),
                devices,
                telemetry,
                otlp.tracer(),
                prepares,
                lock)
            : new NoOrchestrator();
    NodeSnapshots snapshots =
        new NodeSnapshots(
            new SnapshotSources(
                () -> devices.supervisor().inventory(),
                devices::readings,
                () -> devices.supervisor().readingsAges(),
                () -> devices.health().reports(),
                orchestrator::prepared,
                orchestrator::containers,
                () -> devices.health().faultCounts(),
                () -> devices.health().rules(),
                devices.processes()),
            telemetry::failed);
    UsageKeeper usage =
        new UsageKeeper(
            config.stateDir().resolve("usage"),
            snapshots::take,
            devices::boot,
            config.sampleInterval());
    FaultRecords faults = FaultRecords.of(config, devices, snapshots, telemetry);
    telemetry.bind(
        config.processMetrics() ? snapshots::takeWithProcesses : snapshots::take,
        usage::report,
        orchestrator::workloads);
    otlp.observe(snapshots::take, usage::report);
    orchestrator.follow(usage::report);
    link.connect(orchestrator.view());
    devices.start();
    orchestrator.warmUp(); // while HTTP comes up; start() below waits for it
    Components components =
        new Components(
            devices,
            orchestrator,
            List.of(
                access::condition,
                () -> HealthRulesFile.condition(rules),
                () -> DcgmSeries.condition(dcgm),
                () -> usage.problem().map(Agent::notCounted),
                faults::condition,
                faults::marksCondition));
    telemetry.conditions(components::met);
    // What ends the process when it fails comes before the kubelet is invited: a process that
    // registers and dies would take the driver away from pods that are just starting.
    StatusPage page =
        StatusSetup.of(
            config,
            snapshots,
            orchestrator::claimsKnown,
            faults,
            usage,
            components::conditions,
            prepares);
    HttpEndpoints http =
        HttpEndpoints.start(
            address,
            access.source(),
            telemetry,
            components::healthz,
            components::conditions,
            page.endpoints());
    log.info("serving {}://{}/metrics", access.scheme(), where(http.address()));
    RepairParts repairParts = RepairParts.of(devices, orchestrator::holders);
    Repairs repairs = new Repairs(repairParts, config.autoRepair(), telemetry.repairs()::ended);
    Map<String, LocalCommand> commands = new HashMap<>(faults.commands());
    commands.put(
        "devices", args -> DeviceViews.of(snapshots.takeWithProcesses(), devices.kernelLines()));
    commands.put(
        "top",
        new TopHandler(
            new TopHandler.Node(
                config.nodeName(), config.driverName(), Version.current(), config.sampleInterval()),
            snapshots::takeWithProcesses,
            devices.kernelLines(),
            faults.recent()::of,
            usage::report));
    commands.put("claims", args -> claims(orchestrator, usage));
    commands.put("claim-history", args -> history(usage));
    commands.put("conditions", args -> components.conditions());
    commands.put("settings", args -> SharedSettings.of(settings));
    commands.put(
        "release",
        new ReleaseHandler(devices, orchestrator::prepared, orchestrator::lookForRelease));
    commands.put("repair", new RepairHandler(repairParts, repairs));
    LocalServer local;
    try {
      local = LocalServer.start(config.stateDir(), config.instance(), commands);
    } catch (IOException e) {
      http.close();
      throw e;
    }
    orchestrator.start();
    usage.start();
    repairs.start();
    faults.start();
    return new Agent(
        config,
        lock,
        components,
        usage,
        faults,
        telemetry,
        otlp,
        access,
        rules,
        http,
        page,
        local,
        repairs);
  }

  private static List<ClaimView> claims(Orchestrator orchestrator, UsageKeeper usage) {
    UsageReport report = usage.report();
    return orchestrator.prepared().stream().map(claim -> ClaimView.of(claim, report)).toList();
  }

  private static Condition notCounted(String why) {
    return Condition.advisory("usage", false, why);
  }

  private static List<ClaimUsageView> history(UsageKeeper usage) {
    try {
      return usage.history();
    } catch (IOException e) {
      throw new CommandFailedException("the history of claims cannot be read: " + ErrorText.of(e));
    }
  }

  private static String where(InetSocketAddress address) {
    return address.getAddress().isAnyLocalAddress()
        ? "127.0.0.1:" + address.getPort()
        : address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  /** Where HTTP is served. */
  public InetSocketAddress httpAddress() {
    return http.address();
  }

  /** The claims that are prepared now. */
  public List<PreparedClaim> claims() {
    return components.orchestrator.prepared();
  }

  /** What is missing, as readiness says it. */
  public List<Condition> conditions() {
    return components.conditions();
  }

  /** The devices as they are known now. */
  public Inventory inventory() {
    return components.devices.supervisor().inventory();
  }

  /** The latest sample. */
  public Readings readings() {
    return components.devices.supervisor().readings();
  }

  /** Finishes the calls in flight, then leaves; a bounded time. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    local.close();
    repairs.close();
    simulatedKernel.ifPresent(SimulatedKernel::close);
    usage.close();
    faults.close();
    components.orchestrator.close();
    http.close();
    page.close();
    access.close();
    rules.ifPresent(HealthRulesFile::close);
    otlp.close(); // the devices are still known
    components.devices.close();
    telemetry.close();
    leaveHost();
    log.info("stopped");
  }

  private void leaveHost() {
    if (config.tidy()) {
      new HostCleanup(KubernetesRuntime.kubeletSettings(config), config.stateDir(), config.cdiDir())
          .run(lock);
    }
    try {
      lock.close();
    } catch (IOException e) {
      log.warn("cannot release {}: {}", lock.path(), ErrorText.of(e));
    }
  }

  /** What the endpoints and commands ask for. */
  private record Components(
      NodeDevices devices, Orchestrator orchestrator, List<Supplier<Optional<Condition>>> advice) {

    HealthzResult healthz() {
      Optional<String> problem = orchestrator.problem();
      return new HealthzResult(problem.isEmpty(), problem.orElse("alive"));
    }

    List<Condition> conditions() {
      List<Condition> all = new ArrayList<>(devices.conditions());
      all.addAll(orchestrator.conditions());
      advice.forEach(part -> part.get().ifPresent(all::add));
      return all;
    }

    Map<String, Boolean> met() {
      Map<String, Boolean> met = new TreeMap<>();
      conditions().forEach(c -> met.merge(c.name(), c.ok(), Boolean::logicalAnd));
      return met;
    }
  }
}
