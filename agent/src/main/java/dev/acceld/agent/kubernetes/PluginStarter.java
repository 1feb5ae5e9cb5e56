package dev.acceld.agent.kubernetes;

import dev.acceld.dra.kubelet.KubeletPlugin;
import dev.acceld.dra.kubelet.RegistrationStatus;
import dev.acceld.steady.Steady;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the kubelet's sockets, again and again until that succeeds, and says when the kubelet does
 * not come.
 */
final class PluginStarter {
  private static final Logger log = LoggerFactory.getLogger(PluginStarter.class);
  private static final long RETRY_MILLIS = 5000;
  private static final long SILENCE_SECONDS = 15;

  private final KubeletPlugin plugin;
  private final ScheduledExecutorService timer;
  private final Supplier<String> waiting;
  private volatile String problem = "";
  private volatile boolean leaving;

  /**
   * @param waiting what to say while the kubelet has not come
   */
  PluginStarter(KubeletPlugin plugin, ScheduledExecutorService timer, Supplier<String> waiting) {
    this.plugin = plugin;
    this.timer = timer;
    this.waiting = waiting;
  }

  /**
   * Opens and warms up on a thread of its own, without inviting the kubelet; what fails is tried
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

  /** Opens the sockets for the kubelet; what cannot be had yet is tried again. */
  void start() {
    open();
    var unused = timer.schedule(this::warnOfSilence, SILENCE_SECONDS, TimeUnit.SECONDS);
  }

  private void open() {
    try {
      plugin.start();
      problem = "";
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      if (!message.equals(problem)) {
        log.error("cannot open the kubelet's sockets yet, retrying: {}", message);
      }
      retry(message);
    } catch (RuntimeException | Error e) {
      log.error("cannot open the kubelet's sockets yet, retrying", e);
      retry("the sockets cannot be opened yet; see the agent's log");
    }
  }

  private void retry(String why) {
    problem = why;
    if (!leaving) {
      var unused =
          timer.schedule(
              Steady.task("opening the kubelet's sockets", this::open),
              RETRY_MILLIS,
              TimeUnit.MILLISECONDS);
    }
  }

  private void warnOfSilence() {
    if (plugin.registration().state() == RegistrationStatus.State.WAITING && problem.isEmpty()) {
      log.warn("{}", waiting.get());
    }
  }

  /** Why the kubelet has not come: the sockets cannot be opened, or else what was said to wait. */
  String whyWaiting() {
    String now = problem;
    return now.isEmpty() ? waiting.get() : now;
  }

  /** Tries no more. */
  void leave() {
    leaving = true;
  }

  boolean isLeaving() {
    return leaving;
  }
}
