package dev.acceld.fake.kubelet;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One registered instance of a driver: the one connection that is kept for prepare, unprepare and
 * health, and made anew as soon as it is lost.
 */
final class PluginLink implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PluginLink.class);

  private final PluginRegistration registration;
  private final KubeletOptions options;
  private final ScheduledExecutorService timer;
  private final HealthBoard health;
  private final Runnable connectionChanged;
  private final ManagedChannel channel;
  private final DraDialect dialect;
  private volatile boolean connected;
  private volatile boolean closed;
  private boolean watching; // guarded by this

  PluginLink(
      PluginRegistration registration,
      KubeletOptions options,
      ScheduledExecutorService timer,
      HealthBoard health,
      Runnable connectionChanged) {
    this.registration = registration;
    this.options = options;
    this.timer = timer;
    this.health = health;
    this.connectionChanged = connectionChanged;
    channel = UnixChannels.to(Path.of(registration.endpoint()), "localhost");
    Duration deadline = options.callDeadline();
    dialect =
        registration.draVersion().startsWith("v1beta1")
            ? new DraV1beta1(channel, deadline)
            : new DraV1(channel, deadline);
  }

  /** Connects in the background. */
  void start() {
    follow(channel.getState(true));
  }

  PluginRegistration registration() {
    return registration;
  }

  DraDialect calls() {
    return dialect;
  }

  boolean connected() {
    return connected;
  }

  @Override
  public void close() {
    closed = true;
    channel.shutdownNow();
    health.forget(registration.driver());
  }

  private void follow(ConnectivityState state) {
    if (closed || state == ConnectivityState.SHUTDOWN) {
      return;
    }
    boolean now = state == ConnectivityState.READY;
    if (now != connected) {
      connected = now;
      log.debug("connection to {} is {}", registration.endpoint(), state);
      connectionChanged.run();
      if (now) {
        watchHealth();
      }
    }
    channel.notifyWhenStateChanged(state, () -> follow(channel.getState(true)));
  }

  private synchronized void watchHealth() {
    Optional<String> version = registration.healthVersion();
    if (watching || version.isEmpty() || closed) {
      return;
    }
    watching = true;
    HealthDialect.watch(
        channel, version.get(), registration.driver(), health::report, this::healthEnded);
  }

  private void healthEnded(String why) {
    health.forget(registration.driver());
    synchronized (this) {
      watching = false;
    }
    if (closed) {
      return;
    }
    log.debug("health stream of {} ended: {}", registration.driver(), why);
    try {
      ScheduledFuture<?> _ =
          timer.schedule(
              this::watchHealth, options.healthReopen().toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("stopped meanwhile");
    }
  }
}
