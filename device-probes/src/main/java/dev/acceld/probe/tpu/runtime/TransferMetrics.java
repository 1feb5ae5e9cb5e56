package dev.acceld.probe.tpu.runtime;

import dev.acceld.probe.tpu.runtime.answer.Distribution;
import dev.acceld.probe.tpu.runtime.answer.Entry;
import dev.acceld.probe.tpu.runtime.answer.RawDistribution;
import dev.acceld.probe.tpu.runtime.answer.RuntimeMetric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Transfers and calls of a workload that runs on several slices or moves data through its host.
 *
 * @param metric libtpu's name
 * @param bufferSize the size of the buffers as libtpu writes it; empty when it does not tell
 * @param distribution in microseconds, unless the name has another unit
 */
public record TransferMetrics(String metric, String bufferSize, Distribution distribution) {
  private static final String BUFFER_SIZE = "buffer-size"; // tpu-info
  private static final int MOST_SIZES = 64;

  /** Those of one size of buffer are one, whatever else tells them apart, as tpu-info has it. */
  static List<TransferMetrics> of(
      RuntimeMetric metric, List<Entry> entries, Consumer<String> problem) {
    Map<String, RawDistribution> bySize = new LinkedHashMap<>();
    for (Entry entry : entries) {
      String size = entry.attributes().getOrDefault(BUFFER_SIZE, "");
      if (entry.distribution().isEmpty()) {
        problem.accept("it is not a distribution");
      } else if (bySize.size() == MOST_SIZES && !bySize.containsKey(size)) {
        problem.accept("it has more than " + MOST_SIZES + " sizes of buffers");
      } else {
        RawDistribution one = entry.distribution().get();
        RawDistribution before = bySize.get(size);
        Optional<RawDistribution> both = before == null ? Optional.of(one) : before.plus(one);
        both.ifPresentOrElse(
            sum -> bySize.put(size, sum), () -> problem.accept("it has buckets that do not match"));
      }
    }
    List<TransferMetrics> all = new ArrayList<>();
    bySize.forEach(
        (size, sum) -> all.add(new TransferMetrics(metric.wireName(), size, sum.summary())));
    return all;
  }
}
