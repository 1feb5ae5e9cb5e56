package dev.acceld.agent.kubernetes;

import dev.acceld.agent.config.AgentConfig;
import dev.acceld.agent.devices.NodeDevices;
import dev.acceld.agent.host.InstanceLock;
import dev.acceld.agent.http.Condition;
import dev.acceld.device.Inventory;
import dev.acceld.dra.cdi.CdiWatch;
import dev.acceld.dra.claim.ClaimObserver;
import dev.acceld.dra.claim.ClaimSettings;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.dra.claim.service.ClaimJanitor;
import dev.acceld.dra.claim.service.ClaimManager;
import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.dra.cluster.http.ApiHttp;
import dev.acceld.dra.kubelet.KubeletPlugin;
import dev.acceld.dra.kubelet.KubeletSettings;
import dev.acceld.dra.kubelet.KubeletTransport;
import dev.acceld.dra.kubelet.PodResourcesClient;
import dev.acceld.dra.slice.PublisherSettings;
import dev.acceld.dra.slice.SliceComposer;
import dev.acceld.dra.slice.SliceFeed;
import dev.acceld.dra.slice.SlicePublisher;
import dev.acceld.probe.ClusterView;
import dev.acceld.snapshot.ContainerUses;
import dev.acceld.snapshot.Holders;
import dev.acceld.startup.PodStartups;
import dev.acceld.startup.StartupTracer;
import dev.acceld.telemetry.Telemetry;
import dev.acceld.telemetry.meters.KubeletMeters;
import dev.acceld.text.ErrorText;
import dev.acceld.usage.UsageReport;
import dev.acceld.workload.PodWorkload;
import dev.acceld.workload.PodWorkloads;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Kubernetes side of the process, when a cluster is configured. */
public final class KubernetesRuntime implements Orchestrator {
  private static final Logger log = LoggerFactory.getLogger(KubernetesRuntime.class);

  // Together with some 7 s for the rest these stay below the 60 s after which a pod is killed.
  private static final Duration SUCCESSOR = Duration.ofSeconds(8);
  private static final Duration DRAIN = Duration.ofSeconds(40);
  private static final Duration RENEW_AFTER = Duration.ofSeconds(1);
  private static final Duration OFFER_AFTER = Duration.ofMillis(50);

  private final NodeDevices devices;
  private final ClusterApi api;
  private final ClaimManager claims;
  private final KubeletTransport transport = new KubeletTransport();
  private final PodResourcesClient pods;
  private final ContainerLooks containers;
  private final Optional<PodWorkloads> workloads;
  private final KubernetesView view;
  private final DevicePluginConflicts devicePlugins;
  private final DriverConflicts driverConflicts;
  private final KubeletPlugin plugin;
  private final SlicePublisher publisher;
  private final SliceFeed feed;
  private final ClaimJanitor janitor;
  private final Housekeeping housekeeping = new Housekeeping();
  private final PluginStarter starter;
  private final CredentialCheck credentials;
  private final KubernetesReadiness readiness;
  private final InstanceLock lock;
  private final HostLooks hostLooks;
  private final PodStartups startups;
  private final ReleaseLabel releaseLabel;
  private final FaultNotices notices;
  private volatile Supplier<UsageReport> usage = () -> UsageReport.EMPTY;
  private volatile @Nullable CdiWatch cdiWatch;

  public KubernetesRuntime(
      AgentConfig config,
      ClusterApi bare,
      ApiHttp http,
      NodeDevices devices,
      Telemetry telemetry,
      StartupTracer tracer,
      ClaimObserver prepares,
      InstanceLock lock)
      throws IOException {
    this.lock = lock;
    hostLooks = HostLooks.of(config);
    api = telemetry.api().around(bare);
    this.devices = devices;
    releaseLabel = new ReleaseLabel(api, config.nodeName(), config.releaseLabel(), devices);
    startups =
        new PodStartups(
            api, this::prepared, () -> usage.get(), telemetry.startups()::record, tracer);
    telemetry.startups().begin(startups::oldestPending);
    // Before the startups: what they tell the tracer is about claims that it knows.
    ClaimObserver observer = telemetry.claims().andThen(tracer).andThen(startups).andThen(prepares);
    pods = new PodResourcesClient(config.kubeletDir(), transport);
    claims =
        ClaimManager.open(
            new ClaimManager.Dependencies(
                ClaimSettings.of(
                    config.driverName(), config.nodeName(), config.cdiDir(), config.stateDir()),
                Optional.of(api),
                () -> devices.supervisor().inventory(),
                devices.access(),
                devices::health,
                devices::bootId,
                Clock.systemUTC(),
                observer,
                devices.control(),
                pods,
                devices.podProcesses()::pods,
                devices.bus(),
                devices.selfTests()));
    containers =
        new ContainerLooks(
            pods::containers, claims::prepared, () -> devices.supervisor().inventory());
    claims.onChange(containers::changed);
    workloads =
        config.podLabels().isEmpty()
            ? Optional.empty()
            : Optional.of(
                new PodWorkloads(api, Set.copyOf(config.podLabels()), this::podsWithDevices));
    view =
        new KubernetesView(
            new NodeLabelReader(api, config.nodeName()),
            new PodAddresses(api),
            claims::prepared,
            claims::heldNames);
    devicePlugins = new DevicePluginConflicts(pods, () -> devices.supervisor().inventory());
    driverConflicts =
        new DriverConflicts(
            api, config.driverName(), config.nodeName(), () -> devices.supervisor().inventory());
    plugin =
        new KubeletPlugin(
            kubeletSettings(config),
            transport,
            claims,
            devices,
            telemetry.kubelet().andThen(tracer).andThen(telemetry.faults()));
    SliceState sliceState =
        new SliceState(telemetry.slices(), telemetry.faults(), devices::unschedulable);
    publisher =
        new SlicePublisher(
            api,
            new PublisherSettings(config.driverName(), config.nodeName(), config.stateDir()),
            sliceState);
    feed = new SliceFeed(new SliceComposer(config.driverName()), publisher);
    notices =
        new FaultNotices(
            config, http, api, devices, claims::prepared, telemetry, publisher::spreadNanos);
    janitor = new ClaimJanitor(claims, Optional.of(api), pods, ClaimJanitor.PROOF, observer);
    starter = new PluginStarter(plugin, housekeeping.local(), hostLooks::waiting);
    ApiRefusals refusals = new ApiRefusals(http.access(), Clock.systemUTC());
    credentials = new CredentialCheck(refusals, api, config.nodeName(), publisher::letIn);
    readiness =
        new KubernetesReadiness(
            plugin,
            starter,
            sliceState,
            hostLooks,
            claims,
            devicePlugins,
            driverConflicts,
            refusals);
    telemetry
        .kubelet()
        .registered(KubeletMeters.DRA_PLUGIN, () -> plugin.registration().registered());
    plugin.onRegistration(status -> {
      telemetry.kubelet().registration(status);
      notifyOtherInstances(status.registered());
      if (status.registered()) {
        publisher.registered();
      }
    });
    // The three tell on threads of their own, and must not be kept: the work is done elsewhere.
    Debouncer offer = new Debouncer(this::offer, OFFER_AFTER, housekeeping.local());
    Debouncer renew =
        new Debouncer(() -> Housekeeping.renewFiles(claims), RENEW_AFTER, housekeeping.local());
    devices
        .supervisor()
        .onInventory(inventory -> {
          offer.run();
          renew.run();
        });
    devices.onChange(offer);
    claims.onChange(offer);
    hostLooks.start();
  }

  public static KubeletSettings kubeletSettings(AgentConfig config) {
    return new KubeletSettings(
        config.driverName(),
        config.nodeName(),
        config.kubeletDir(),
        config.instance(),
        config.relayDir());
  }

  @Override
  public List<PreparedClaim> prepared() {
    return claims.prepared();
  }

  @Override
  public boolean claimsKnown() {
    return claims.heldNames().isPresent();
  }

  @Override
  public List<String> holders(Set<String> physical, Duration patience)
      throws IOException, InterruptedException {
    return claims.holders(physical, patience);
  }

  @Override
  public void lookForRelease() {
    boolean unused = releaseLabel.look();
  }

  @Override
  public ContainerUses containers() {
    return containers.uses();
  }

  @Override
  public List<PodWorkload> workloads() {
    return workloads.map(PodWorkloads::known).orElse(List.of());
  }

  private Set<PodRef> podsWithDevices() {
    Set<PodRef> pods = new LinkedHashSet<>();
    claims.prepared().forEach(claim -> pods.addAll(Holders.distinct(claim.pods())));
    containers.uses().plugins().forEach(given -> pods.add(given.pod()));
    return pods;
  }

  @Override
  public ClusterView view() {
    return view;
  }

  @Override
  public Optional<String> problem() {
    return plugin.problem();
  }

  @Override
  public void warmUp() {
    var unused = starter.warmUp();
  }

  @Override
  public void follow(Supplier<UsageReport> reports) {
    usage = reports;
  }

  /** Opens the sockets and begins to publish; what cannot be had yet is tried again. */
  @Override
  public void start() {
    releaseLabel.start();
    startups.start();
    workloads.ifPresent(PodWorkloads::start);
    publisher.start();
    notices.start();
    starter.start();
    cdiWatch = claims.watchFiles();
    housekeeping.start(claims, janitor, containers, devicePlugins, driverConflicts, credentials);
  }

  /** Hands the publisher what is to be offered; nothing before every probe has had its say. */
  private void offer() {
    Inventory inventory = devices.supervisor().inventory();
    if (NodeDevices.settled(inventory)) {
      feed.update(inventory, devices.health().reports(), claims.held());
    }
  }

  @Override
  public List<Condition> conditions() {
    return readiness.conditions();
  }

  private void notifyOtherInstances(boolean registered) {
    try {
      lock.registered(registered);
    } catch (IOException e) {
      log.warn("cannot announce the registration to other agents: {}", ErrorText.of(e));
    }
  }

  /**
   * Leaves in order: if another process is about to take over it is waited for until the kubelet
   * has it; calls in flight are finished, then the sockets go; the slices stay.
   */
  @Override
  public void close() {
    starter.leave();
    try {
      if (lock.awaitSuccessor(SUCCESSOR)) {
        log.info("another process of this driver is registered and takes over");
      }
    } catch (IOException e) {
      log.warn("cannot determine whether another process takes over: {}", ErrorText.of(e));
    }
    plugin.stop(DRAIN);
    publisher.close();
    notices.close();
    CdiWatch watch = cdiWatch;
    if (watch != null) {
      watch.close();
    }
    hostLooks.close();
    releaseLabel.close();
    startups.close();
    workloads.ifPresent(PodWorkloads::close);
    housekeeping.close();
    try {
      claims.close();
    } catch (IOException e) {
      log.warn("cannot close the claim records: {}", ErrorText.of(e));
    }
    view.close();
    pods.close();
    transport.close();
    api.close();
  }
}
