package dev.acceld.agent.devices;

import dev.acceld.kernel.KernelWatch;
import dev.acceld.kernel.LineOutcome;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * What becomes of the kernel's log: {@code acceld_kernel_log_records_total} by {@code outcome},
 * from zero on, and {@code acceld_kernel_log_up}.
 */
final class KernelLogMeters {
  private KernelLogMeters() {}

  static void register(KernelWatch watch, MeterRegistry registry) {
    for (LineOutcome outcome : LineOutcome.values()) {
      FunctionCounter.builder("acceld.kernel.log.records", watch, w -> w.count(outcome))
          .description("Records of the kernel log since the agent started, by what became of them.")
          .tags("outcome", outcome.label())
          .register(registry);
    }
    Gauge.builder("acceld.kernel.log.up", watch, w -> w.reads() ? 1 : 0)
        .description("1 while the kernel log is read.")
        .strongReference(true)
        .register(registry);
  }
}
