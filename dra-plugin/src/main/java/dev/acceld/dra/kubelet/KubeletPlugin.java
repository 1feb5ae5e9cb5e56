package dev.acceld.dra.kubelet;

import dev.acceld.dra.claim.ClaimService;
import dev.acceld.dra.kubelet.relay.RelayDirectory;
import dev.acceld.dra.kubelet.relay.SocketRelay;
import dev.acceld.steady.Steady;
import dev.acceld.text.ErrorText;
import io.grpc.Server;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process as a DRA plugin of the kubelet: the socket that serves claims and health, and the
 * registration socket that invites the kubelet to it. Both are put back when they vanish.
 */
public final class KubeletPlugin implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KubeletPlugin.class);
  private static final Duration CHECK = Duration.ofSeconds(1);
  private static final Duration DRAIN = Duration.ofSeconds(30);

  private final KubeletSettings settings;
  private final KubeletTransport transport;
  private final KubeletPluginObserver observer;
  private final SocketPaths paths;
  private final RelayPlace place;
  private final RegistrationService registration;
  private final HealthStreams health;
  private final KubeletSocket dra;
  private final KubeletSocket invitation;
  private final Connections connections =
      new Connections(System::nanoTime, this::notifyConnections);
  private final SocketGuard guard;
  private volatile boolean warm;
  private volatile boolean serving;
  private @Nullable ScheduledFuture<?> heartbeat; // guarded by this, as is all that follows
  private boolean stopped;

  /**
   * Opens nothing yet.
   *
   * @param transport shared with other clients of the kubelet; not closed here
   * @param claims called on pool threads, as many at once as the kubelet has calls in flight
   * @throws IOException when the socket paths are too long; the message says by how much
   */
  public KubeletPlugin(
      KubeletSettings settings,
      KubeletTransport transport,
      ClaimService claims,
      HealthFeed feed,
      KubeletPluginObserver observer)
      throws IOException {
    this(settings, transport, claims, feed, observer, HealthStreams.RESEND, () -> {});
  }

  /**
   * For tests.
   *
   * @param beforeLook is where a look at the sockets hangs while the disk does
   */
  KubeletPlugin(
      KubeletSettings settings,
      KubeletTransport transport,
      ClaimService claims,
      HealthFeed feed,
      KubeletPluginObserver observer,
      Duration resendHealth,
      Runnable beforeLook)
      throws IOException {
    this.settings = settings;
    this.transport = transport;
    this.observer = observer;
    SocketRelay relay =
        settings
            .relayDir()
            .map(directory -> new SocketRelay(directory, KubeletSocket.REMEDY))
            .orElse(null);
    place = new RelayPlace(settings.relayDir().map(RelayDirectory::new));
    paths = SocketPaths.of(place.named(settings));
    health =
        new HealthStreams(
            feed,
            new HealthMessages(settings.pool()),
            transport.timer(),
            transport.pool(),
            resendHealth,
            observer::healthSent);
    ClaimCalls calls = new ClaimCalls(claims);
    registration = new RegistrationService(settings, paths, this::heardOfRegistration);
    dra =
        new KubeletSocket(
            paths.dra(), "dra.sock", relay, "rwx------", at -> draServer(at, calls), transport);
    invitation =
        new KubeletSocket(
            paths.registration(),
            "registration.sock",
            relay,
            "rwxr-x---",
            at -> transport.server(at).addService(registration).build(),
            transport);
    guard = new SocketGuard(dra, invitation, transport.pool(), this::putBack, beforeLook);
  }

  /**
   * The first half of {@link #start}: sweeps what dead instances left, serves and warms up, but
   * does not invite the kubelet yet. For whoever has something else to begin meanwhile.
   *
   * @throws IOException when the socket cannot be made; names it and the remedy
   */
  public synchronized void warmUp() throws IOException {
    if (stopped) {
      throw new IllegalStateException("stopped already");
    }
    if (warm) {
      return;
    }
    place.enter();
    StaleSockets.sweep(settings);
    try {
      dra.open();
      WarmUp.run(transport, dra.inside());
      warm = true;
    } catch (IOException | RuntimeException | Error e) {
      closeQuietly(dra);
      throw e;
    }
  }

  /**
   * Sweeps what dead instances left, serves, warms up, and then invites the kubelet. Blocks until
   * the registration socket is there. May be tried again after a failure.
   *
   * @throws IOException when a socket cannot be made; names it and the remedy
   */
  public synchronized void start() throws IOException {
    warmUp();
    try {
      if (!dra.kept() || !place.remembersRegistration()) {
        // The kubelet's connection is lost, or nobody knows what it said to the process before: it
        // is to look at a new socket now.
        place.remember(false);
        invitation.forget();
      }
      invitation.open();
    } catch (IOException | RuntimeException | Error e) {
      warm = false;
      closeQuietly(invitation);
      closeQuietly(dra);
      throw e;
    }
    if (invitation.kept() && place.remembersRegistration()) {
      connections.expectOne();
      registration.resume();
    }
    health.start();
    guard.heard();
    serving = true;
    heartbeat =
        transport
            .timer()
            .scheduleWithFixedDelay(
                Steady.task("the heartbeat of the kubelet's thread", guard::heard),
                CHECK.toMillis(),
                CHECK.toMillis(),
                TimeUnit.MILLISECONDS);
    guard.start();
    if (!registration.status().registered()) {
      log.info("waiting for the kubelet at {}", paths.registration());
    }
  }

  /** What the kubelet said last. */
  public RegistrationStatus registration() {
    return registration.status();
  }

  /** Calls the listener each time that the kubelet registers or refuses us, on a pool thread. */
  public void onRegistration(Consumer<RegistrationStatus> listener) {
    registration.onStatus(listener);
  }

  /** How many connections the DRA socket has; the kubelet keeps one while we are registered. */
  public int connections() {
    return connections.count();
  }

  /**
   * Whether the kubelet has had no connection to us for so long, though it registered us: it is not
   * running, or was started with another directory.
   */
  public boolean kubeletAway(Duration tolerated) {
    return registration.status().registered() && connections.noneFor(tolerated);
  }

  /** How many health streams are open; 0 with a kubelet that does not ask for health. */
  public int healthStreams() {
    return health.open();
  }

  /**
   * What is wrong with the sockets, for liveness and readiness: they were lost and cannot be put
   * back, have been lost for more than ten seconds, or the thread that serves them has not been
   * heard of for half a minute. Empty before the start and after the stop. Asks no disk, and never
   * waits; any thread.
   */
  public Optional<String> problem() {
    return serving ? guard.problem() : Optional.empty();
  }

  /**
   * Why it cannot be told whether the sockets are there; for readiness. Liveness has no use for it:
   * the next process would not get an answer from that disk either. Never waits; any thread.
   */
  public Optional<String> unknown() {
    return serving ? guard.unknown() : Optional.empty();
  }

  /** Where the sockets lie. */
  public SocketPaths sockets() {
    return paths;
  }

  /**
   * Leaves: ends the health streams (an open one blocks the shutdown for ever), lets the calls in
   * flight finish, and only then takes the registration socket away, at which the kubelet cuts its
   * connection.
   *
   * @param drain how long calls in flight may take; the kubelet itself gives up after 45 s
   */
  public void stop(Duration drain) {
    synchronized (this) {
      if (stopped) {
        return;
      }
      stopped = true;
      serving = false;
      if (heartbeat != null) {
        heartbeat.cancel(false);
      }
    }
    guard.close();
    health.close();
    try {
      dra.drain(drain.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    closeQuietly(invitation);
    closeQuietly(dra);
    place.leave();
    log.info("unregistered from the kubelet: {} is closed", paths.dra());
  }

  /** Leaves within 30 s. */
  @Override
  public void close() {
    stop(DRAIN);
  }

  private Server draServer(Path path, ClaimCalls calls) {
    DraService v1 = new DraService(calls, true, observer);
    DraService v1beta1 = new DraService(calls, false, observer);
    return transport
        .server(path)
        .addService(v1)
        .addService(ServiceAlias.of(DraService.V1BETA1, v1beta1.bindService()))
        .addService(health)
        .addService(ServiceAlias.of(HealthStreams.V1ALPHA1, health.bindService()))
        .addService(registration) // for warming up, and for whoever probes us
        .addTransportFilter(connections)
        .intercept(new TraceContext())
        .build();
  }

  private synchronized void putBack() throws IOException, InterruptedException {
    if (stopped) {
      return;
    }
    if (!dra.intact()) {
      log.warn("{} is gone or belongs to another process: creating it again", dra.path());
      dra.reopen(health::endAll);
    }
    if (!invitation.intact()) {
      log.warn("{} is gone or belongs to another process: creating it again", invitation.path());
      place.remember(false); // the kubelet registers it anew
      invitation.reopen(() -> {});
    }
  }

  private static void closeQuietly(KubeletSocket socket) {
    try {
      socket.close();
    } catch (IllegalStateException e) {
      log.warn("{}", ErrorText.of(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Before the kubelet gets its answer: a note that comes after it may never be written. */
  private void heardOfRegistration(boolean registered) {
    connections.expectOne(); // it connects a moment after it registers
    place.remember(registered);
  }

  private void notifyConnections(int open) {
    if (warm) { // the connection for warming up is nobody's business
      observer.connections(open);
    }
  }
}
