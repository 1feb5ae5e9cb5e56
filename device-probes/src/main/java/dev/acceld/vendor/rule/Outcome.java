package dev.acceld.vendor.rule;

import dev.acceld.device.HealthReport.Effect;
import dev.acceld.device.HealthReport.State;
import java.util.Locale;

/** What a signal makes of a device while it lasts. */
public enum Outcome {
  /** Counted and nothing else: the device stays healthy. */
  COUNTED(State.HEALTHY, Effect.NO_TAINT),
  /** The device works, but something is wrong. */
  DEGRADED(State.DEGRADED, Effect.NONE),
  /** The device must not be given to anybody. */
  UNHEALTHY(State.UNHEALTHY, Effect.NO_SCHEDULE),
  /** Nobody can tell how the device is. */
  UNKNOWN(State.UNKNOWN, Effect.NO_SCHEDULE);

  private final State state;
  private final Effect usual;

  Outcome(State state, Effect usual) {
    this.state = state;
    this.usual = usual;
  }

  /** The state of a device that has nothing worse. */
  public State state() {
    return state;
  }

  /** The effect of the taint, unless a rule says otherwise. */
  public Effect usualEffect() {
    return usual;
  }

  /** As users write it: {@code degraded}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
