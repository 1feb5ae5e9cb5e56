package dev.acceld.probe.nvidia.discovery;

import dev.acceld.probe.nvidia.nvml.Nvml;
import dev.acceld.probe.nvidia.sampling.Sampler;
import dev.acceld.probe.nvidia.session.DeviceCalls;
import java.time.Duration;

/** What reads GPUs into buffers of its own; made anew when a hung call may still write to those. */
public final class DeviceReaders {
  private final Nvml nvml;
  private final DeviceCalls calls;
  private final Duration slowEvery;
  private int generation;
  private IdentityReader reader;
  private Sampler sampler;

  /**
   * Allocates the first readers; asks nothing of a GPU.
   *
   * @param nvml an initialised library
   * @param calls tells when a hung call may still write to the buffers
   * @param slowEvery how often the links, the fabric and the like are read
   */
  public DeviceReaders(Nvml nvml, DeviceCalls calls, Duration slowEvery) {
    this.nvml = nvml;
    this.calls = calls;
    this.slowEvery = slowEvery;
    generation = calls.generation();
    reader = new IdentityReader(nvml);
    sampler = new Sampler(nvml, System::nanoTime, slowEvery);
  }

  IdentityReader reader() {
    renew();
    return reader;
  }

  /**
   * What reads the next device; a new one, with buffers of its own, after a call has hung. To be
   * asked for before each device.
   */
  public Sampler sampler() {
    renew();
    return sampler;
  }

  private void renew() {
    if (generation != calls.generation()) {
      generation = calls.generation();
      reader = new IdentityReader(nvml);
      sampler = new Sampler(nvml, System::nanoTime, slowEvery);
    }
  }
}
