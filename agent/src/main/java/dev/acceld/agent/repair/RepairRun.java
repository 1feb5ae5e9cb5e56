package dev.acceld.agent.repair;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a repair says while it goes on, for the log and for whoever follows it. Thread-safe. */
final class RepairRun {
  private static final Logger LOG = LoggerFactory.getLogger(RepairRun.class);

  private final String id;
  private final String device;
  private final List<String> lines = new ArrayList<>();
  private @Nullable RepairOutcome outcome;
  private String reason = "";

  RepairRun(String id, String device) {
    this.id = id;
    this.device = device;
  }

  String id() {
    return id;
  }

  String device() {
    return device;
  }

  synchronized void say(String line) {
    LOG.info("repair of {}: {}", device, line);
    lines.add(line);
    notifyAll();
  }

  synchronized void end(RepairOutcome how, String why) {
    if (outcome == null) {
      outcome = how;
      reason = why;
      notifyAll();
    }
  }

  synchronized Optional<RepairOutcome> outcome() {
    return Optional.ofNullable(outcome);
  }

  /** Why it was refused or failed; empty otherwise. */
  synchronized String reason() {
    return reason;
  }

  /** The lines from that number on. */
  synchronized List<String> linesFrom(int first) {
    return first >= lines.size() ? List.of() : List.copyOf(lines.subList(first, lines.size()));
  }

  /** The lines from that number on; waits a while for one, or for the end. */
  synchronized List<String> linesFrom(int first, long millis) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    long left = millis;
    while (lines.size() <= first && outcome == null && left > 0) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    }
    return linesFrom(first);
  }
}
