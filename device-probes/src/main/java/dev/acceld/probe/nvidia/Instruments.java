package dev.acceld.probe.nvidia;

import dev.acceld.probe.nvidia.nvml.Nvml;
import java.time.Duration;

/** What reads GPUs into buffers of its own; made anew when a hung call may still write to those. */
final class Instruments {
  private final Nvml nvml;
  private final DeviceCalls calls;
  private final Duration slowEvery;
  private int generation;
  private IdentityReader reader;
  private Sweep sweep;

  Instruments(Nvml nvml, DeviceCalls calls, Duration slowEvery) {
    this.nvml = nvml;
    this.calls = calls;
    this.slowEvery = slowEvery;
    generation = calls.generation();
    reader = new IdentityReader(nvml);
    sweep = new Sweep(nvml, System::nanoTime, slowEvery);
  }

  IdentityReader reader() {
    renew();
    return reader;
  }

  Sweep sweep() {
    renew();
    return sweep;
  }

  private void renew() {
    if (generation != calls.generation()) {
      generation = calls.generation();
      reader = new IdentityReader(nvml);
      sweep = new Sweep(nvml, System::nanoTime, slowEvery);
    }
  }
}
