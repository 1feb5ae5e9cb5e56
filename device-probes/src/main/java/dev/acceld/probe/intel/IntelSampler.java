package dev.acceld.probe.intel;

import dev.acceld.device.Metric;
import dev.acceld.device.PciAddress;
import dev.acceld.device.Sample;
import dev.acceld.host.HostFile;
import dev.acceld.host.HostFs;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Reads one GPU: some dozen small files. Each that cannot be read costs its own value. A read of
 * most of these files wakes a GPU that sleeps, so that one that sleeps is left alone. One thread.
 */
final class IntelSampler {
  private final HostFile power;
  private final List<IntelGt> gts;
  private final Optional<IntelSensors> sensors;
  private final HardwareErrors errors;
  private final ThrottleReasons throttle = new ThrottleReasons();

  /**
   * Of the GPU as its driver shows it now.
   *
   * @param card the N of {@code cardN}
   */
  IntelSampler(HostFs host, PciAddress at, String driver, OptionalInt card) {
    String device = IntelNodes.directory(at);
    power = host.file(device + "/power/runtime_status");
    String drm = device + "/drm/card" + card.orElse(0);
    gts = IntelGt.of(host, device, drm, throttle);
    errors = new HardwareErrors(host, drm);
    sensors = IntelSensors.of(host, device, driver);
  }

  /** Whether it sleeps: then it does nothing, and nothing else is told. */
  boolean isSuspended() {
    return power.text().filter("suspended"::equals).isPresent();
  }

  /** Adds all that it tells, and says what is new about errors of the hardware. */
  HardwareErrors.Change read(Sample.Builder sample, long nanos) {
    for (IntelGt gt : gts) {
      most(sample, Metric.UTILIZATION, gt.busy(nanos));
      most(sample, gt.media() ? Metric.VIDEO_CLOCK : Metric.SM_CLOCK, gt.hertz());
    }
    throttle.read(sample);
    sensors.ifPresent(of -> of.read(sample, nanos));
    return errors.read(sample);
  }

  /** Of one that sleeps. */
  void skip(Sample.Builder sample) {
    gts.forEach(IntelGt::forget);
    sensors.ifPresent(IntelSensors::forget);
    sample.put(Metric.UTILIZATION, 0);
  }

  /** Of several GTs, the busiest and the fastest counts. */
  private static void most(Sample.Builder sample, Metric metric, OptionalDouble value) {
    if (value.isPresent()) {
      double known = sample.get(metric);
      double now = value.getAsDouble();
      sample.put(metric, Double.isNaN(known) ? now : Math.max(known, now));
    }
  }
}
