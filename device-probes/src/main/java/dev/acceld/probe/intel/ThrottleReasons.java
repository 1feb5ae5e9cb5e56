package dev.acceld.probe.intel;

import dev.acceld.device.Metric;
import dev.acceld.device.MetricDimension;
import dev.acceld.device.Sample;
import dev.acceld.host.HostFile;
import dev.acceld.host.HostFs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What holds down the clocks of a GPU's GTs at the moment: {@code reason_pl1} and others of xe
 * (xe_gt_throttle.c), {@code throttle_reason_pl1} and others of i915. One thread.
 *
 * <ul>
 *   <li>{@code software-power-cap}: the power limits that can be set (PL1, PL2), of the card or of
 *       the platform
 *   <li>{@code hardware-thermal}: temperatures of chip, memory and voltage regulators
 *   <li>{@code hardware-slowdown}: limits of current (PL4, ICCMAX, TDC), and the signal PROCHOT
 * </ul>
 */
final class ThrottleReasons {
  private static final Map<String, String> REASONS =
      Map.ofEntries(
          Map.entry("pl1", "software-power-cap"),
          Map.entry("pl2", "software-power-cap"),
          Map.entry("psys_pl1", "software-power-cap"),
          Map.entry("psys_pl2", "software-power-cap"),
          Map.entry("thermal", "hardware-thermal"),
          Map.entry("soc_thermal", "hardware-thermal"),
          Map.entry("soc_avg_thermal", "hardware-thermal"),
          Map.entry("mem_thermal", "hardware-thermal"),
          Map.entry("vr_thermal", "hardware-thermal"),
          Map.entry("vr_thermalert", "hardware-thermal"),
          Map.entry("ratl", "hardware-thermal"),
          Map.entry("pl4", "hardware-slowdown"),
          Map.entry("iccmax", "hardware-slowdown"),
          Map.entry("vr_tdc", "hardware-slowdown"),
          Map.entry("fastvmode", "hardware-slowdown"),
          Map.entry("prochot", "hardware-slowdown"),
          Map.entry("psys_crit", "hardware-slowdown"));

  private final Map<Integer, List<HostFile>> files = new LinkedHashMap<>();

  /** Adds those of a directory whose names begin so. */
  void add(HostFs host, String directory, String prefix) {
    for (String name : host.names(directory)) {
      String reason = name.startsWith(prefix) ? REASONS.get(name.substring(prefix.length())) : null;
      if (reason != null) {
        files
            .computeIfAbsent(MetricDimension.REASON.names().indexOf(reason), r -> new ArrayList<>())
            .add(host.file(directory + "/" + name));
      }
    }
  }

  /** One that cannot be read may be so: then the others only tell if one of them is. */
  void read(Sample.Builder sample) {
    files.forEach((reason, of) -> {
      boolean is = false;
      boolean all = true;
      for (HostFile file : of) {
        OptionalInt value = file.index();
        is |= value.orElse(0) == 1;
        all &= value.isPresent() && value.getAsInt() <= 1;
      }
      if (is || all) {
        sample.put(Metric.CLOCK_REASON, reason, is ? 1 : 0);
      }
    });
  }
}
