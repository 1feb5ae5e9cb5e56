package dev.acceld.probe.nvidia;

import dev.acceld.device.Metric;
import dev.acceld.device.Parts;
import dev.acceld.device.Sample;
import dev.acceld.probe.DefectKind;
import java.util.Optional;
import java.util.StringJoiner;

/** What a sample says of defects. A reading that is missing says nothing, neither way. */
final class Defects {
  private Defects() {}

  /**
   * Whether there is that defect; empty when nobody can tell.
   *
   * @param fabric what {@link FabricTrouble} says
   */
  static Optional<Boolean> present(
      DefectKind kind, Sample sample, long linksOnceUp, Optional<String> fabric) {
    return switch (kind) {
      case ROW_REMAP_FAILED -> flag(sample, Metric.ROW_REMAP_FAILED);
      case ROW_REMAP_PENDING -> flag(sample, Metric.ROW_REMAP_PENDING);
      case PAGE_RETIREMENT_PENDING -> flag(sample, Metric.RETIRED_PAGES_PENDING);
      case SRAM_WORN -> flag(sample, Metric.SRAM_THRESHOLD_EXCEEDED);
      case REPAIR_PENDING -> flag(sample, Metric.REPAIR_PENDING);
      case LINK_DOWN ->
          sample.has(Metric.NVLINK_UP)
              ? Optional.of((linksDown(sample) & linksOnceUp) != 0)
              : Optional.empty();
      case FABRIC -> fabric.map(problems -> !problems.isEmpty());
    };
  }

  static String detail(DefectKind kind, Sample sample, long linksOnceUp, Optional<String> fabric) {
    return switch (kind) {
      case REPAIR_PENDING -> partsSet(sample, Metric.REPAIR_PENDING);
      case LINK_DOWN -> numbers(linksDown(sample) & linksOnceUp);
      case FABRIC -> fabric.orElse("");
      default -> "";
    };
  }

  /** A bit for each link that is active. */
  static long linksUp(Sample sample) {
    return links(sample, 1);
  }

  private static long linksDown(Sample sample) {
    return links(sample, 0);
  }

  private static long links(Sample sample, int state) {
    long bits = 0;
    for (int link = 0; link < Parts.LINK.count(); link++) {
      if (sample.get(Metric.NVLINK_UP, link) == state) {
        bits |= 1L << link;
      }
    }
    return bits;
  }

  private static Optional<Boolean> flag(Sample sample, Metric metric) {
    return sample.has(metric) ? Optional.of(sample.sum(metric) > 0) : Optional.empty();
  }

  private static String partsSet(Sample sample, Metric metric) {
    StringJoiner set = new StringJoiner(", ");
    for (int part = 0; part < metric.parts().count(); part++) {
      if (sample.get(metric, part) == 1) {
        set.add(metric.parts().names().get(part));
      }
    }
    return set.toString();
  }

  private static String numbers(long bits) {
    StringJoiner numbers = new StringJoiner(", ");
    for (long rest = bits; rest != 0; rest &= rest - 1) {
      numbers.add(Integer.toString(Long.numberOfTrailingZeros(rest)));
    }
    return numbers.toString();
  }
}
