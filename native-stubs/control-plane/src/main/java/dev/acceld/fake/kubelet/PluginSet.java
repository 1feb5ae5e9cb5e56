package dev.acceld.fake.kubelet;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registered plugin instances, in the order in which they came. Calls go to the youngest that
 * is connected; a driver without any connection is called gone after a while.
 */
final class PluginSet implements PluginWatcher.Handler, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PluginSet.class);

  private final PluginRegistrar registrar;
  private final KubeletOptions options;
  private final KubeletHooks hooks;
  private final HealthBoard health;
  private final ScheduledExecutorService timer;
  private final List<Consumer<PluginRegistration>> listeners = new CopyOnWriteArrayList<>();
  private final List<PluginLink> links = new ArrayList<>(); // guarded by this
  private final Map<String, ScheduledFuture<?>> wipes = new HashMap<>(); // guarded by this
  private String lastTrouble = "no registration socket was seen"; // guarded by this
  private boolean closed; // guarded by this

  PluginSet(
      Path kubeletDir,
      KubeletOptions options,
      KubeletHooks hooks,
      HealthBoard health,
      ScheduledExecutorService timer) {
    registrar = new PluginRegistrar(kubeletDir, options);
    this.options = options;
    this.hooks = hooks;
    this.health = health;
    this.timer = timer;
  }

  @Override
  public void appeared(Path socket) throws IOException {
    try {
      registrar.register(socket, this::take);
    } catch (IOException e) {
      vanished(socket); // a plugin that could not be told is taken out again
      synchronized (this) {
        lastTrouble = String.valueOf(e.getMessage());
      }
      throw e;
    }
  }

  @Override
  public void vanished(Path socket) {
    List<PluginLink> gone = new ArrayList<>();
    synchronized (this) {
      for (PluginLink link : links) {
        if (link.registration().socket().equals(socket)) {
          gone.add(link);
        }
      }
      links.removeAll(gone);
    }
    for (PluginLink link : gone) {
      log.info("deregistered {} at {}", link.registration().driver(), socket);
      link.close();
      connectionChanged(link.registration().driver());
    }
  }

  /** The youngest instance that is connected, else the youngest. */
  synchronized PluginLink link(String driver) {
    PluginLink best = null;
    for (PluginLink link : links) {
      if (link.registration().driver().equals(driver)
          && (best == null || link.connected() || !best.connected())) {
        best = link;
      }
    }
    if (best == null) {
      throw new IllegalStateException(
          "DRA driver " + driver + " is not registered: " + lastTrouble);
    }
    return best;
  }

  synchronized String onlyDriver() {
    Set<String> drivers = new LinkedHashSet<>();
    links.forEach(link -> drivers.add(link.registration().driver()));
    if (drivers.size() != 1) {
      throw new IllegalStateException(
          "name the driver: " + drivers.size() + " are registered, " + lastTrouble);
    }
    return drivers.iterator().next();
  }

  synchronized List<PluginRegistration> registrations() {
    return links.stream().map(PluginLink::registration).toList();
  }

  void onRegistered(Consumer<PluginRegistration> listener) {
    listeners.add(listener);
  }

  synchronized PluginRegistration awaitConnected(String driver, Duration timeout)
      throws TimeoutException, InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    while (true) {
      for (PluginLink link : links.reversed()) {
        if (link.registration().driver().equals(driver) && link.connected()) {
          return link.registration();
        }
      }
      long left = end - System.nanoTime();
      if (left <= 0) {
        throw new TimeoutException(
            driver + " did not register within " + timeout + ": " + lastTrouble);
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }

  private void take(PluginRegistration registration) {
    String driver = registration.driver();
    PluginLink link =
        new PluginLink(registration, options, timer, health, () -> connectionChanged(driver));
    synchronized (this) {
      for (PluginLink other : links) {
        if (other.registration().endpoint().equals(registration.endpoint())) {
          throw new IllegalArgumentException(
              "endpoint " + registration.endpoint() + " is already registered");
        }
      }
      if (closed) {
        throw new IllegalArgumentException("the kubelet is stopping");
      }
      links.add(link);
    }
    log.info(
        "registered {} at {} with {}", driver, registration.endpoint(), registration.draVersion());
    link.start();
    for (Consumer<PluginRegistration> listener : listeners) {
      listener.accept(registration);
    }
  }

  private synchronized void connectionChanged(String driver) {
    notifyAll();
    boolean connected =
        links.stream()
            .anyMatch(link -> link.registration().driver().equals(driver) && link.connected());
    if (connected) {
      ScheduledFuture<?> wipe = wipes.remove(driver);
      if (wipe != null) {
        wipe.cancel(false);
      }
    } else if (!closed && !wipes.containsKey(driver)) {
      try {
        wipes.put(
            driver,
            timer.schedule(
                () -> wipe(driver), options.wipeDelay().toMillis(), TimeUnit.MILLISECONDS));
      } catch (RejectedExecutionException e) {
        log.debug("stopped meanwhile");
      }
    }
  }

  private void wipe(String driver) {
    synchronized (this) {
      wipes.remove(driver);
    }
    log.info("{} has been gone for {}", driver, options.wipeDelay());
    hooks.driverGone(driver);
  }

  @Override
  public void close() {
    List<PluginLink> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(links);
      links.clear();
    }
    all.forEach(PluginLink::close);
  }
}
