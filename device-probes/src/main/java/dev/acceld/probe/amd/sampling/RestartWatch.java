package dev.acceld.probe.amd.sampling;

import dev.acceld.device.DeviceName;
import dev.acceld.probe.Signal;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * Notices that one GPU was reset, also by its driver and without anybody's wish: its counter of
 * energy begins anew, twice in a row lower than before, for one odd reading is no evidence. Nor is
 * a counter of 32 bits that was full: one that may be such is believed once it has counted more.
 */
final class RestartWatch {
  /** 2^32 units of 2^-16 J. */
  private static final double NARROW_JOULES = 65_536;

  private final DeviceName device;
  private final Consumer<Signal> signals;
  private double most = Double.NaN;
  private double lower = Double.NaN;
  private boolean wide;
  private boolean found;

  RestartWatch(DeviceName device, Consumer<Signal> signals) {
    this.device = device;
    this.signals = signals;
  }

  /**
   * One more reading; NaN changes nothing.
   *
   * @param isNarrow whether the counter may have 32 bits only
   * @return whether it shows a reset, which is to be told
   */
  boolean look(double joules, boolean isNarrow) {
    if (Double.isNaN(joules)) {
      return false;
    }
    wide |= !isNarrow || joules >= NARROW_JOULES;
    if (!(joules < most)) {
      most = joules;
      lower = Double.NaN;
    } else if (Double.isNaN(lower)) {
      lower = joules;
    } else {
      most = joules;
      lower = Double.NaN;
      found |= wide;
      return wide;
    }
    return false;
  }

  /** Whether a reset was found that is not told yet. */
  boolean isFound() {
    return found;
  }

  /** Tells the reset. */
  void tell(Instant at) {
    found = false;
    signals.accept(new Signal.Reset(device, at));
  }

  /** Something else has shown the reset. */
  void restart() {
    found = false;
    most = Double.NaN;
    lower = Double.NaN;
  }
}
