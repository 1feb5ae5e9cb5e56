package dev.acceld.probe.tpu.runtime;

import dev.acceld.probe.tpu.runtime.answer.Distribution;
import dev.acceld.probe.tpu.runtime.answer.Entry;
import dev.acceld.probe.tpu.runtime.answer.RawDistribution;
import dev.acceld.probe.tpu.runtime.answer.RuntimeMetric;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Transfers and calls of a workload that runs on several slices or moves data through its host.
 * libtpu tells them by the size of the buffers; there can be dozens of sizes, so they are added up.
 *
 * @param metric which of libtpu's
 * @param distribution in microseconds, {@link RuntimeMetric#TCP_DELIVERY_RATE} in Mbit/s
 */
public record TransferMetrics(RuntimeMetric metric, Distribution distribution) {

  /** Of all entries together; empty when none can be read. */
  static Optional<TransferMetrics> of(
      RuntimeMetric metric, List<Entry> entries, Consumer<String> problem) {
    @Nullable RawDistribution sum = null;
    for (Entry entry : entries) {
      if (entry.distribution().isEmpty()) {
        problem.accept("it is not a distribution");
        continue;
      }
      RawDistribution one = entry.distribution().get();
      Optional<RawDistribution> both = sum == null ? Optional.of(one) : sum.plus(one);
      if (both.isPresent()) {
        sum = both.get();
      } else {
        problem.accept("it has buckets that do not match");
      }
    }
    return Optional.ofNullable(sum).map(all -> new TransferMetrics(metric, all.summary()));
  }
}
