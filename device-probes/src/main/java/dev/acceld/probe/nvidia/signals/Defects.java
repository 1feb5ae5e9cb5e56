package dev.acceld.probe.nvidia.signals;

import dev.acceld.device.Metric;
import dev.acceld.device.Sample;
import dev.acceld.probe.DefectKind;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * What the samples of one device say of its defects, part by part. A part whose reading is missing
 * is as it was: neither does it begin a defect, nor does it end one.
 */
final class Defects {
  /** A bit for each part that was wrong when it was last heard of. */
  private final Map<DefectKind, Long> wrong = new EnumMap<>(DefectKind.class);

  private long linksOnceUp;

  /** Links that are down from now on may never have been up. */
  void forgetLinks() {
    linksOnceUp = 0;
  }

  /**
   * Whether there is that defect, after one more sample; empty when the sample tells of no part.
   *
   * @param fabric what {@link FabricDefects} says
   */
  Optional<Boolean> look(DefectKind kind, Sample sample, Optional<String> fabric) {
    return switch (kind) {
      case ROW_REMAP_FAILED -> flags(kind, Metric.ROW_REMAP_FAILED, sample);
      case ROW_REMAP_PENDING -> flags(kind, Metric.ROW_REMAP_PENDING, sample);
      case PAGE_RETIREMENT_PENDING -> flags(kind, Metric.RETIRED_PAGES_PENDING, sample);
      case SRAM_WORN -> flags(kind, Metric.SRAM_THRESHOLD_EXCEEDED, sample);
      case REPAIR_PENDING -> flags(kind, Metric.REPAIR_PENDING, sample);
      case LINK_DOWN -> links(sample);
      case FABRIC -> fabric.map(problems -> !problems.isEmpty());
      // Another vendor's.
      case PAGE_RETIREMENT_FAILED,
          PAGE_RETIREMENT_LIMIT,
          ECC_CORRECTED,
          // From sysfs; NVML has its own counters, of which only XIDs count.
          PCIE_LINK_DOWN,
          PCIE_LINK_NARROW,
          PCIE_ERRORS,
          PCIE_CORRECTED,
          // Another vendor's.
          SURVIVABILITY,
          RUNTIME_ERROR,
          LEFTOVER_PROCESS,
          // Looked at elsewhere, for any vendor.
          PROCESS_STUCK,
          THERMAL_SLOWDOWN,
          TEMPERATURE,
          MEMORY_TEMPERATURE ->
          Optional.empty();
    };
  }

  /** What exactly, for a person, as of the last look. */
  String detail(DefectKind kind, Optional<String> fabric) {
    return switch (kind) {
      case REPAIR_PENDING -> names(Metric.REPAIR_PENDING, wrong(kind));
      case LINK_DOWN -> names(Metric.NVLINK_UP, wrong(kind));
      case FABRIC -> fabric.orElse("");
      default -> "";
    };
  }

  private Optional<Boolean> flags(DefectKind kind, Metric metric, Sample sample) {
    long set = 0;
    long clear = 0;
    for (int part = 0; part < metric.parts().count(); part++) {
      double value = sample.get(metric, part);
      set |= value > 0 ? 1L << part : 0;
      clear |= value == 0 ? 1L << part : 0;
    }
    return after(kind, set, clear);
  }

  /** A link that never was up is not wired. */
  private Optional<Boolean> links(Sample sample) {
    long up = 0;
    long down = 0;
    for (int link = 0; link < Metric.NVLINK_UP.parts().count(); link++) {
      double value = sample.get(Metric.NVLINK_UP, link);
      up |= value == 1 ? 1L << link : 0;
      down |= value == 0 ? 1L << link : 0;
    }
    linksOnceUp |= up;
    return after(DefectKind.LINK_DOWN, down & linksOnceUp, up | (down & ~linksOnceUp));
  }

  private Optional<Boolean> after(DefectKind kind, long bad, long good) {
    if ((bad | good) == 0) {
      return Optional.empty();
    }
    long now = (wrong(kind) & ~good) | bad;
    wrong.put(kind, now);
    return Optional.of(now != 0);
  }

  private long wrong(DefectKind kind) {
    return wrong.getOrDefault(kind, 0L);
  }

  private static String names(Metric metric, long bits) {
    StringJoiner names = new StringJoiner(", ");
    for (long rest = bits; rest != 0; rest &= rest - 1) {
      names.add(metric.parts().names().get(Long.numberOfTrailingZeros(rest)));
    }
    return names.toString();
  }
}
