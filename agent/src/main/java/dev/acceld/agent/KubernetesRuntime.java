package dev.acceld.agent;

import dev.acceld.agent.config.AgentConfig;
import dev.acceld.agent.host.InstanceLock;
import dev.acceld.agent.http.Condition;
import dev.acceld.device.Inventory;
import dev.acceld.dra.cdi.CdiWatch;
import dev.acceld.dra.claim.ClaimObserver;
import dev.acceld.dra.claim.ClaimSettings;
import dev.acceld.dra.claim.service.ClaimJanitor;
import dev.acceld.dra.claim.service.ClaimManager;
import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.http.ApiAccess;
import dev.acceld.dra.kubelet.KubeletPlugin;
import dev.acceld.dra.kubelet.KubeletSettings;
import dev.acceld.dra.kubelet.KubeletTransport;
import dev.acceld.dra.kubelet.PodResourcesClient;
import dev.acceld.dra.kubelet.RegistrationStatus;
import dev.acceld.dra.slice.PublisherSettings;
import dev.acceld.dra.slice.SliceComposer;
import dev.acceld.dra.slice.SliceFeed;
import dev.acceld.dra.slice.SlicePublisher;
import dev.acceld.steady.Steady;
import dev.acceld.telemetry.Telemetry;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Kubernetes side of the process, when a cluster is configured. */
final class KubernetesRuntime implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KubernetesRuntime.class);

  // Together with some 7 s for the rest these stay below the 60 s after which a pod is killed.
  private static final Duration SUCCESSOR = Duration.ofSeconds(8);
  private static final Duration DRAIN = Duration.ofSeconds(40);
  private static final Duration KUBELET_MAY_BE_AWAY = Duration.ofSeconds(5);
  private static final long PODS_EVERY_SECONDS = 15;
  private static final long RECORDS_EVERY_MILLIS = 1000;
  private static final long SILENCE_SECONDS = 15;
  private static final long DRIVERS_FIRST_MILLIS = 20_000;
  private static final long KNOCK_EVERY_SECONDS = 15;
  private static final long RIVALS_FIRST_SECONDS = 5;
  private static final long RIVALS_EVERY_SECONDS = 180;
  private static final long RETRY_START_MILLIS = 5000;
  private static final Duration RENEW_AFTER = Duration.ofSeconds(1);
  private static final Duration OFFER_AFTER = Duration.ofMillis(50);

  /** One may wait for the disk; the other goes on looking. */
  private static final int HOUSEKEEPERS = 2;

  /** For what waits for the API server or the kubelet, so that it holds up nothing else. */
  private static final int ASKERS = 2;

  private final NodeDevices devices;
  private final ClusterApi api;
  private final ClaimManager claims;
  private final KubeletTransport transport = new KubeletTransport();
  private final PodResourcesClient pods;
  private final DevicePluginConflicts rivals;
  private final DriverConflicts rivalDrivers;
  private final KubeletPlugin plugin;
  private final SlicePublisher publisher;
  private final SliceFeed feed;
  private final SliceState sliceState;
  private final ClaimJanitor janitor;
  private final ScheduledExecutorService housekeeping = Steady.timer("housekeeping", HOUSEKEEPERS);
  private final ScheduledExecutorService asking = Steady.timer("asking", ASKERS);
  private final InstanceLock lock;
  private final HostLooks hostLooks;
  private final String nodeName;
  private final ApiRefusals refusals;
  private volatile String problem = "";
  private volatile @Nullable CdiWatch cdiWatch;
  private volatile boolean leaving;
  private volatile boolean recordsKnown = true;
  private volatile boolean podsKnown = true;

  KubernetesRuntime(
      AgentConfig config,
      ClusterApi bare,
      ApiAccess access,
      NodeDevices devices,
      Telemetry telemetry,
      InstanceLock lock)
      throws IOException {
    this.lock = lock;
    hostLooks = HostLooks.of(config);
    nodeName = config.nodeName();
    refusals = new ApiRefusals(access, Clock.systemUTC());
    api = telemetry.api().around(bare);
    this.devices = devices;
    ClaimObserver observer = telemetry.claims();
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
                devices.podProcesses()::pods));
    rivals = new DevicePluginConflicts(pods, () -> devices.supervisor().inventory());
    rivalDrivers =
        new DriverConflicts(
            api, config.driverName(), config.nodeName(), () -> devices.supervisor().inventory());
    plugin =
        new KubeletPlugin(kubeletSettings(config), transport, claims, devices, telemetry.kubelet());
    sliceState = new SliceState(telemetry.slices());
    publisher =
        new SlicePublisher(
            api,
            new PublisherSettings(config.driverName(), config.nodeName(), config.stateDir()),
            sliceState);
    feed = new SliceFeed(new SliceComposer(config.driverName()), publisher);
    janitor = new ClaimJanitor(claims, Optional.of(api), pods, ClaimJanitor.PROOF, observer);
    telemetry.kubelet().registered("DRAPlugin", () -> plugin.registration().registered());
    plugin.onRegistration(status -> {
      telemetry.kubelet().registration(status);
      tellOtherInstances(status.registered());
      if (status.registered()) {
        publisher.registered();
      }
    });
    // The three tell on threads of their own, and must not be kept: the work is done elsewhere.
    Debouncer offer = new Debouncer(this::offer, OFFER_AFTER, housekeeping);
    Debouncer renew = new Debouncer(this::renewFiles, RENEW_AFTER, housekeeping);
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

  static KubeletSettings kubeletSettings(AgentConfig config) {
    return new KubeletSettings(
        config.driverName(),
        config.nodeName(),
        config.kubeletDir(),
        config.instance(),
        config.relayDir());
  }

  ClaimManager claims() {
    return claims;
  }

  KubeletPlugin plugin() {
    return plugin;
  }

  /**
   * Serves and warms up on a thread of its own, without inviting the kubelet; what fails is tried
   * again by {@link #start}.
   */
  Thread warmUp() {
    return Thread.ofPlatform()
        .daemon()
        .name("warm-up")
        .start(() -> {
          try {
            plugin.warmUp();
          } catch (IOException | RuntimeException e) {
            log.debug("warming up: {}", ErrorText.of(e));
          }
        });
  }

  /** Opens the sockets and begins to publish; what cannot be had yet is tried again. */
  void start() {
    publisher.start();
    startPlugin();
    janitor.start(asking);
    cdiWatch = claims.watchFiles();
    var records =
        housekeeping.scheduleWithFixedDelay(
            Steady.task("the look at the claim records", this::lookAtRecords),
            RECORDS_EVERY_MILLIS,
            RECORDS_EVERY_MILLIS,
            TimeUnit.MILLISECONDS);
    var users =
        asking.scheduleWithFixedDelay(
            Steady.task("the look at the pods", this::lookAtPods),
            1,
            PODS_EVERY_SECONDS,
            TimeUnit.SECONDS);
    var plugins =
        asking.scheduleWithFixedDelay(
            Steady.task("the look at other drivers", rivals::look),
            RIVALS_FIRST_SECONDS,
            RIVALS_EVERY_SECONDS,
            TimeUnit.SECONDS);
    var knock =
        asking.scheduleWithFixedDelay(
            Steady.task("the look whether we are let in again", this::knock),
            KNOCK_EVERY_SECONDS,
            KNOCK_EVERY_SECONDS,
            TimeUnit.SECONDS);
    var drivers =
        asking.scheduleWithFixedDelay(
            Steady.task(
                "the look at other DRA drivers", () -> rivalDrivers.lookIfDue(System.nanoTime())),
            ThreadLocalRandom.current().nextLong(DRIVERS_FIRST_MILLIS / 2, DRIVERS_FIRST_MILLIS),
            DriverConflicts.TICK.toMillis(),
            TimeUnit.MILLISECONDS);
    var silence = housekeeping.schedule(this::tellOfSilence, SILENCE_SECONDS, TimeUnit.SECONDS);
    log.debug(
        "housekeeping: {} {} {} {} {} {}",
        records.isDone(),
        users.isDone(),
        plugins.isDone(),
        knock.isDone(),
        drivers.isDone(),
        silence.isDone());
  }

  private void startPlugin() {
    try {
      plugin.start();
      problem = "";
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      if (!message.equals(problem)) {
        log.error("the kubelet cannot be served yet, it is tried again: {}", message);
      }
      retryStart(message);
    } catch (RuntimeException | Error e) {
      log.error("the kubelet cannot be served yet, it is tried again", e);
      retryStart("the sockets cannot be opened yet; the agent's log says why");
    }
  }

  private void retryStart(String why) {
    problem = why;
    if (!leaving) {
      var unused =
          housekeeping.schedule(
              Steady.task("opening the kubelet's sockets", this::startPlugin),
              RETRY_START_MILLIS,
              TimeUnit.MILLISECONDS);
    }
  }

  /**
   * While we are not let in nobody else may be asking, so readiness would not learn that we are.
   */
  private void knock() {
    if (refusals.unauthorized()) {
      try {
        String uid = api.nodeUid(nodeName);
        log.info("the API server accepts our credentials again (Node {} is {})", nodeName, uid);
        publisher.letIn();
      } catch (ClusterException | RuntimeException e) {
        log.debug("still not let in: {}", e.getMessage());
      }
    }
  }

  private void lookAtRecords() {
    try {
      claims.poll();
      recordsKnown = true;
    } catch (IOException | RuntimeException e) {
      if (recordsKnown) {
        log.warn("claim records cannot be read for now: {}", ErrorText.of(e));
      }
      recordsKnown = false;
    }
  }

  private void lookAtPods() {
    try {
      claims.refreshPods(pods);
      podsKnown = true;
    } catch (IOException | RuntimeException e) {
      if (podsKnown) {
        log.warn("which pods use which claim is not known for now: {}", ErrorText.of(e));
      }
      podsKnown = false;
    }
  }

  /** Another driver has other libraries, and a container that restarts needs them. */
  private void renewFiles() {
    try {
      claims.renew();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      log.warn("CDI files are not brought up to date for now: {}", ErrorText.of(e));
    }
  }

  /** Hands the publisher what is to be offered; nothing before every probe has had its say. */
  private void offer() {
    Inventory inventory = devices.supervisor().inventory();
    if (NodeDevices.settled(inventory)) {
      feed.update(inventory, devices.health().reports(), claims.held());
    }
  }

  /** What readiness says of this side. */
  List<Condition> conditions() {
    List<Condition> all = new ArrayList<>(List.of(kubelet(), sockets()));
    all.addAll(sliceState.conditions());
    all.add(hostLooks.cdi());
    hostLooks.otherClaims().ifPresent(all::add);
    List<String> troubles = claims.troubles();
    all.add(
        Condition.advisory(
            "claims",
            troubles.isEmpty(),
            troubles.isEmpty() ? "in order" : String.join("; ", troubles)));
    rivals.condition().ifPresent(all::add);
    rivalDrivers.condition().ifPresent(all::add);
    refusals.condition().ifPresent(all::add);
    return all;
  }

  private void tellOtherInstances(boolean registered) {
    try {
      lock.registered(registered);
    } catch (IOException e) {
      log.warn("other agents of this node do not learn of the registration: {}", ErrorText.of(e));
    }
  }

  private Condition kubelet() {
    RegistrationStatus status = plugin.registration();
    if (leaving) {
      return Condition.required("kubelet", false, "this process is leaving");
    }
    return switch (status.state()) {
      case REGISTERED -> {
        boolean away = plugin.kubeletAway(KUBELET_MAY_BE_AWAY);
        yield Condition.required(
            "kubelet",
            !away,
            away
                ? "the kubelet registered us at "
                    + status.since().truncatedTo(ChronoUnit.SECONDS)
                    + " and has no connection to us any more; is it running?"
                : "registered");
      }
      case REFUSED -> Condition.required("kubelet", false, status.refusal());
      case WAITING ->
          Condition.required("kubelet", false, problem.isEmpty() ? hostLooks.waiting() : problem);
    };
  }

  private void tellOfSilence() {
    if (plugin.registration().state() == RegistrationStatus.State.WAITING && problem.isEmpty()) {
      log.warn("{}", hostLooks.waiting());
    }
  }

  private Condition sockets() {
    Optional<String> trouble = plugin.problem().or(plugin::unknown);
    return Condition.required("sockets", trouble.isEmpty(), trouble.orElse("in order"));
  }

  /**
   * Leaves in order: if another process is about to take over it is waited for until the kubelet
   * has it; calls in flight are finished, then the sockets go; the slices stay.
   */
  @Override
  public void close() {
    leaving = true;
    try {
      if (lock.awaitSuccessor(SUCCESSOR)) {
        log.info("another process of this driver is registered and takes over");
      }
    } catch (IOException e) {
      log.warn("whether another process takes over is not known: {}", ErrorText.of(e));
    }
    plugin.stop(DRAIN);
    publisher.close();
    CdiWatch watch = cdiWatch;
    if (watch != null) {
      watch.close();
    }
    hostLooks.close();
    housekeeping.shutdownNow();
    asking.shutdownNow();
    try {
      claims.close();
    } catch (IOException e) {
      log.warn("claim records were not closed properly: {}", ErrorText.of(e));
    }
    pods.close();
    transport.close();
    api.close();
  }
}
