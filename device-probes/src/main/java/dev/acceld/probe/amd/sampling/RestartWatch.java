package dev.acceld.probe.amd.sampling;

import dev.acceld.device.DeviceName;
import dev.acceld.probe.Signal;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * Notices that one GPU was reset, also by its driver and without anybody's wish: its counter of
 * energy begins anew, twice in a row lower than before, for one odd reading is no evidence.
 */
final class RestartWatch {
  private final DeviceName device;
  private final Consumer<Signal> signals;
  private double most = Double.NaN;
  private double lower = Double.NaN;

  RestartWatch(DeviceName device, Consumer<Signal> signals) {
    this.device = device;
    this.signals = signals;
  }

  /** One more reading; NaN changes nothing. */
  void look(double joules, Instant at) {
    if (Double.isNaN(joules)) {
      return;
    }
    if (!(joules < most)) {
      most = joules;
      lower = Double.NaN;
    } else if (Double.isNaN(lower)) {
      lower = joules;
    } else {
      most = joules;
      lower = Double.NaN;
      signals.accept(new Signal.Reset(device, at));
    }
  }
}
