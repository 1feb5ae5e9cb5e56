package dev.acceld.vendor.rule;

import dev.acceld.device.HealthReport.Effect;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What an operator wants of one rule; what is empty stays as the vendor's table has it.
 *
 * @param outcome what the signal makes of a device
 * @param effect of the taint
 * @param hold how long it stays after it was last seen
 * @param limits thresholds by name
 */
public record RuleOverride(
    Optional<Outcome> outcome,
    Optional<Effect> effect,
    Optional<Duration> hold,
    Map<String, Double> limits) {

  /** Takes a copy. */
  public RuleOverride {
    limits = Map.copyOf(limits);
  }

  /** Whoever wants a taint for something that is only counted wants more than a count. */
  Optional<Outcome> impliedOutcome(Outcome now) {
    if (now != Outcome.COUNTED || effect.isEmpty() || effect.get() == Effect.NO_TAINT) {
      return Optional.empty();
    }
    return Optional.of(effect.get().schedulable() ? Outcome.DEGRADED : Outcome.UNHEALTHY);
  }
}
