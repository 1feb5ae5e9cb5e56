package dev.acceld.kernel;

import dev.acceld.device.Boot;
import dev.acceld.host.kernel.KernelLogPosition;
import dev.acceld.host.kernel.KernelLogPosition.Reached;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the log was read, by this process and by those before it. Not safe for threads, but for
 * {@link #trouble}.
 */
final class LogProgress {
  private static final Logger log = LoggerFactory.getLogger(LogProgress.class);

  private final KernelLogPosition position;
  private final Supplier<Optional<String>> bootId;
  private boolean started;
  private boolean continued;
  private int reboots;
  private String boot = Boot.UNKNOWN;
  private long last = -1;
  private long saved = -1;
  private volatile String trouble = "";

  /**
   * What the number of a record says.
   *
   * @param seen whether it was read before
   * @param lost how many are missing before it
   */
  record Step(boolean seen, long lost) {}

  LogProgress(KernelLogPosition position, Supplier<Optional<String>> bootId) {
    this.position = position;
    this.bootId = bootId;
  }

  /** Takes note of a record. */
  Step step(long sequence) {
    start();
    if (sequence <= last) {
      // In another boot the numbers begin anew.
      if (!lookForReboot() || sequence <= last) {
        return new Step(true, 0);
      }
    }
    long lost = last < 0 ? 0 : sequence - last - 1;
    last = sequence;
    return new Step(false, lost);
  }

  /**
   * Whether an agent has followed the log before, so that what is new to this one was counted by
   * nobody.
   */
  boolean continued() {
    return continued;
  }

  private void start() {
    if (started) {
      return;
    }
    started = true;
    boot = bootId.get().orElse(Boot.UNKNOWN);
    try {
      Optional<Reached> before = position.read();
      continued = before.isPresent();
      if (before.isPresent() && Boot.maybeSame(before.get().boot(), boot)) {
        last = before.get().sequence();
        saved = last;
      }
    } catch (IOException e) {
      trouble(e, "read");
    }
  }

  /** How often the machine was restarted under this process: a simulated one may be. */
  int reboots() {
    return reboots;
  }

  /** True when the machine has been restarted since the last look: its log begins anew. */
  boolean lookForReboot() {
    start();
    String now = bootId.get().orElse(Boot.UNKNOWN);
    if (Boot.maybeSame(now, boot)) {
      boot = now.equals(Boot.UNKNOWN) ? boot : now;
      return false;
    }
    boot = now;
    last = -1;
    saved = -1;
    continued = true;
    reboots++;
    return true;
  }

  /**
   * Saves how far the log was read.
   *
   * @param pending the first record that is read, and whose fault waits to be judged
   */
  void save(OptionalLong pending) {
    long reached = Math.min(last, pending.orElse(Long.MAX_VALUE) - 1);
    if (reached < 0 || reached <= saved) {
      return;
    }
    try {
      position.write(new Reached(boot, reached));
      saved = reached;
      trouble = "";
    } catch (IOException e) {
      trouble(e, "saved");
    }
  }

  private void trouble(IOException e, String what) {
    String text =
        "how far the kernel log was read cannot be "
            + what
            + " ("
            + ErrorText.of(e)
            + "); after a restart, the agent may miss faults or count them again; check the disk"
            + " of --state-dir";
    if (!text.equals(trouble)) {
      log.warn("{}", text);
    }
    trouble = text;
  }

  /** Why it cannot be saved; empty when it can. */
  String trouble() {
    return trouble;
  }
}
