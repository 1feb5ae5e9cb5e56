package dev.acceld.probe.tpu.runtime;

import dev.acceld.probe.tpu.runtime.answer.Distribution;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a workload tells of one chip. What it does not tell, or tells in a way that cannot be right,
 * is absent. On chips with two devices memory, queue and runs are summed, shares are averaged (a
 * chip with one of its two cores busy is half busy), and the chip is idle only since the later of
 * the two became so.
 *
 * @param endpoint the first that speaks for the chip; empty when none does
 * @param deviceIds the JAX devices that it is, perhaps counted in the slice
 * @param hbmTotalBytes memory that the workload can have
 * @param hbmUsedBytes of it, in use
 * @param dutyCyclePercent share of time that a TensorCore did something, 0 to 100
 * @param hbmBandwidthPercent share of the memory's bandwidth, 0 to 100
 * @param idleSeconds how long no TensorCore has done anything
 * @param queuedPrograms programs that wait for a core
 * @param executionMicros how long programs ran, in microseconds, by type of core in libtpu's words
 * @param coreErrors what is wrong with its cores, in libtpu's words
 */
public record ChipMetrics(
    Optional<Endpoint> endpoint,
    List<Long> deviceIds,
    OptionalLong hbmTotalBytes,
    OptionalLong hbmUsedBytes,
    OptionalDouble dutyCyclePercent,
    OptionalDouble hbmBandwidthPercent,
    OptionalDouble idleSeconds,
    OptionalLong queuedPrograms,
    Map<String, Distribution> executionMicros,
    List<String> coreErrors) {

  /** Nothing is told. */
  public static final ChipMetrics EMPTY =
      new ChipMetrics(
          Optional.empty(),
          List.of(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalLong.empty(),
          Map.of(),
          List.of());

  /** Takes copies. */
  public ChipMetrics {
    deviceIds = List.copyOf(deviceIds);
    executionMicros = Map.copyOf(executionMicros);
    coreErrors = List.copyOf(coreErrors);
  }
}
