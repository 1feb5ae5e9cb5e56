package dev.acceld.agent.repair;

import dev.acceld.agent.devices.NodeDevices;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.Inventory;
import dev.acceld.device.Metric;
import dev.acceld.device.Readings;
import dev.acceld.device.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether a device that was reset works: it answers, is what it was, and wants nothing more. */
final class Verification {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long LOOK_MILLIS = 100;

  /** The first sample after a reset may still be of links that are being trained. */
  private static final int SAMPLES = 3;

  /** With one of these nothing of the device can be told. */
  private static final Set<String> SILENT =
      Set.of("released", "unresponsive", "probe-failed", "device-lost");

  private final NodeDevices devices;

  Verification(NodeDevices devices) {
    this.devices = devices;
  }

  /**
   * Looks at a device that the agent may open again.
   *
   * @param measured whether it had readings, so that it has to have some again
   * @return what it is now
   * @throws RepairFailedException saying what is wrong
   */
  DeviceState look(DeviceName name, DeviceState before, boolean measured)
      throws RepairFailedException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    Instant latest = devices.supervisor().readings().takenAt();
    int samples = 0;
    List<String> wrong = List.of("it does not respond");
    while (true) {
      Readings readings = devices.supervisor().readings();
      Optional<Device> device = present(name);
      Sample sample = readings.of(name);
      boolean fresh = readings.takenAt().isAfter(latest);
      if (device.isEmpty()) {
        samples = 0;
        wrong = List.of(whyAbsent(name));
      } else if (fresh && measured && sample.isEmpty()) {
        samples = 0;
        wrong = List.of("it cannot be read");
      } else if (fresh && ++samples >= SAMPLES) {
        DeviceState now = DeviceState.of(device.get(), sample);
        wrong = new ArrayList<>(now.worseThan(before));
        wrong.addAll(wants(sample));
        if (wrong.isEmpty()) {
          return now;
        }
      }
      latest = fresh ? readings.takenAt() : latest;
      if (System.nanoTime() - end > 0 || (samples > 0 && samples >= 5 * SAMPLES)) {
        throw new RepairFailedException(String.join("; ", wrong), true);
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  private Optional<Device> present(DeviceName name) {
    Inventory inventory = devices.supervisor().inventory();
    boolean silent =
        devices.health().raised(name).stream().anyMatch(reason -> SILENT.contains(reason.code()));
    return inventory.missing().contains(name) || silent ? Optional.empty() : inventory.find(name);
  }

  private String whyAbsent(DeviceName name) {
    return devices.health().raised(name).stream()
        .filter(reason -> SILENT.contains(reason.code()))
        .map(Reason::message)
        .findFirst()
        .orElse("it does not respond");
  }

  /** What the device still asks for, though it was reset. */
  private static List<String> wants(Sample sample) {
    List<String> wants = new ArrayList<>();
    if (sample.get(Metric.RECOVERY_ACTION) > 0) {
      wants.add(
          "the driver still asks for a recovery action ("
              + (long) sample.get(Metric.RECOVERY_ACTION)
              + ")");
    }
    if (sample.get(Metric.ROW_REMAP_PENDING) > 0) {
      wants.add("a row remapping is still pending");
    }
    if (sample.get(Metric.RETIRED_PAGES_PENDING) > 0) {
      wants.add("a page retirement is still pending");
    }
    if (sample.sum(Metric.REPAIR_PENDING) > 0) {
      wants.add("a repair of the vendor's is still pending");
    }
    return wants;
  }
}
