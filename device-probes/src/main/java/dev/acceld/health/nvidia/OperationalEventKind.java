package dev.acceld.health.nvidia;

import dev.acceld.device.HealthReport.Action;
import dev.acceld.vendor.rule.Evidence;
import dev.acceld.vendor.rule.Outcome;
import java.util.Locale;
import java.util.Set;

/** How grave a GPU Operational Event is: its severity, or what its group says of it. */
public enum OperationalEventKind {
  /** The GPU is not usable until it is reset. */
  FATAL("a fatal error", Outcome.UNHEALTHY, Action.RESET),
  /** Not corrected, but the GPU works on. */
  RECOVERABLE("an error that was not corrected", Outcome.DEGRADED, Action.NONE),
  /** Corrected, without an effect. */
  CORRECTED("a corrected error", Outcome.COUNTED, Action.NONE),
  /** For the record. */
  INFORMATIONAL("information", Outcome.COUNTED, Action.NONE),
  /** The driver says that it has recovered from it. */
  RECOVERED("an error that the driver has recovered from", Outcome.COUNTED, Action.NONE),
  /** Of before, such as of an earlier boot. */
  PREVIOUS("an error of before, reported late", Outcome.COUNTED, Action.NONE),
  /** The driver has dropped events. */
  OVERFLOW(
      "the driver has dropped events or parts of them before this one",
      Outcome.COUNTED,
      Action.NONE);

  private static final int RECOVERABLE_FROM = 30;
  private static final int CORRECTED_FROM = 20;
  private static final int FATAL_FROM = 40;

  private final String words;
  private final Outcome outcome;
  private final Action action;

  OperationalEventKind(String words, Outcome outcome, Action action) {
    this.words = words;
    this.outcome = outcome;
    this.action = action;
  }

  /**
   * By the number of a severity ({@code NVML_OPERATIONAL_EVENT_SEVERITY_*}); one that is not named
   * there counts as the next lower one that is.
   */
  public static OperationalEventKind ofSeverity(long severity) {
    return severity >= FATAL_FROM
        ? FATAL
        : severity >= RECOVERABLE_FROM
            ? RECOVERABLE
            : severity >= CORRECTED_FROM ? CORRECTED : INFORMATIONAL;
  }

  /** In a signal: {@code fatal}. */
  String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** A few words. */
  String describe() {
    return words;
  }

  /** Whether it makes something of the GPU; the others are only counted. */
  public boolean isGrave() {
    return outcome != Outcome.COUNTED;
  }

  Outcome outcome() {
    return outcome;
  }

  Action action() {
    return action;
  }

  /** As with XIDs: only where the driver could have asked for a reset does its silence count. */
  Set<Evidence> ends() {
    return this == FATAL ? XidClass.RESET.ends() : XidClass.DEGRADE.ends();
  }
}
