package dev.acceld.agent.repair;

import dev.acceld.device.Device;
import dev.acceld.device.Gpu;
import dev.acceld.device.Metric;
import dev.acceld.device.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a device is and how it is linked, before a reset and after. What it does not tell is empty
 * or NaN, and compared with nothing.
 *
 * @param lanes of its PCIe link
 * @param links that are up, such as NVLinks
 */
record DeviceState(Optional<String> uuid, OptionalLong memory, double lanes, double links) {
  private static final long GIB = 1L << 30;

  static DeviceState of(Device device, Sample sample) {
    return new DeviceState(
        device.common().uuid(),
        device instanceof Gpu gpu && gpu.memoryBytes() > 0
            ? OptionalLong.of(gpu.memoryBytes())
            : OptionalLong.empty(),
        sample.get(Metric.PCIE_WIDTH),
        sample.sum(Metric.NVLINK_UP));
  }

  /** What is worse than it was before, one sentence each. */
  List<String> worseThan(DeviceState before) {
    List<String> worse = new ArrayList<>();
    if (before.uuid.isPresent() && !before.uuid.equals(uuid)) {
      worse.add("its UUID is " + uuid.orElse("unknown") + ", it was " + before.uuid.get());
    }
    if (before.memory.isPresent() && !before.memory.equals(memory)) {
      worse.add(
          "it has "
              + (memory.isPresent() ? memory.getAsLong() : "no known number of")
              + " bytes of memory, it had "
              + before.memory.getAsLong());
    }
    if (fewer(lanes, before.lanes)) {
      worse.add("its PCIe link has " + number(lanes) + " lanes, it had " + number(before.lanes));
    }
    if (fewer(links, before.links)) {
      worse.add(number(links) + " NVLinks are up, " + number(before.links) + " were");
    }
    return worse;
  }

  private static boolean fewer(double now, double before) {
    return !Double.isNaN(before) && (Double.isNaN(now) || now < before);
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "an unknown number of" : Long.toString((long) value);
  }

  /** For a person. */
  String describe() {
    List<String> all = new ArrayList<>();
    uuid.ifPresent(all::add);
    memory.ifPresent(bytes -> all.add(Math.round((double) bytes / GIB) + " GiB of memory"));
    if (!Double.isNaN(lanes)) {
      all.add("PCIe x" + number(lanes));
    }
    if (!Double.isNaN(links)) {
      all.add(number(links) + " NVLinks up");
    }
    return all.isEmpty() ? "" : ": " + String.join(", ", all);
  }
}
