package dev.acceld.probe.tpu;

import dev.acceld.device.DeviceName;
import dev.acceld.device.Summary;
import dev.acceld.device.SummaryMetric;
import dev.acceld.probe.tpu.runtime.ChipMetrics;
import dev.acceld.probe.tpu.runtime.Endpoint;
import dev.acceld.probe.tpu.runtime.ProcessMetrics;
import dev.acceld.probe.tpu.runtime.RuntimeReading;
import dev.acceld.probe.tpu.runtime.TransferMetrics;
import dev.acceld.probe.tpu.runtime.answer.Distribution;
import dev.acceld.probe.tpu.runtime.answer.RuntimeMetric;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How long programs ran on chips, and how long the transfers and calls of a process took. What
 * libtpu tells of a process as a whole is with the first chip of that process.
 */
final class RuntimeSummaries {
  private static final double SECONDS_IN_MICROSECOND = 1e-6;
  private static final double BYTES_IN_MEGABIT = 125_000;

  private RuntimeSummaries() {}

  /**
   * Of one workload.
   *
   * @param chips its chips, by rank
   */
  static Map<DeviceName, List<Summary>> of(RuntimeReading reading, List<DeviceName> chips) {
    Map<DeviceName, List<Summary>> all = new HashMap<>();
    Map<Endpoint, DeviceName> first = new HashMap<>();
    for (int rank = 0; rank < chips.size(); rank++) {
      DeviceName chip = chips.get(rank);
      ChipMetrics told = reading.chips().get(rank);
      told.endpoint().ifPresent(endpoint -> first.putIfAbsent(endpoint, chip));
      told.executionMicros()
          .forEach((core, times) ->
              add(
                  all,
                  chip,
                  summary(
                      SummaryMetric.PROGRAM_DURATION, core(core), times, SECONDS_IN_MICROSECOND)));
    }
    for (ProcessMetrics process : reading.processes()) {
      DeviceName chip = first.get(process.endpoint());
      if (chip != null) {
        process.transfers().forEach(transfer -> add(all, chip, summary(transfer)));
      }
    }
    return all;
  }

  private static void add(Map<DeviceName, List<Summary>> all, DeviceName chip, Summary summary) {
    all.computeIfAbsent(chip, c -> new ArrayList<>()).add(summary);
  }

  private static Summary summary(TransferMetrics transfer) {
    return transfer.metric() == RuntimeMetric.TCP_DELIVERY_RATE
        ? summary(SummaryMetric.DELIVERY_RATE, "", transfer.distribution(), BYTES_IN_MEGABIT)
        : summary(
            SummaryMetric.OPERATION_DURATION,
            operation(transfer.metric()),
            transfer.distribution(),
            SECONDS_IN_MICROSECOND);
  }

  private static Summary summary(
      SummaryMetric metric, String part, Distribution of, double factor) {
    SortedMap<Double, Double> quantiles = new TreeMap<>();
    of.percentiles().forEach(p -> quantiles.put(p.quantile(), p.value() * factor));
    return new Summary(metric, part, of.count(), of.sum() * factor, quantiles);
  }

  /** The words come from the workload: whatever it says, there are three kinds. */
  private static String core(String type) {
    String lower = type.toLowerCase(Locale.ROOT);
    return lower.startsWith("t") ? "tensor_core" : lower.startsWith("s") ? "sparse_core" : "other";
  }

  private static String operation(RuntimeMetric metric) {
    return switch (metric) {
      case DCN_TRANSFER -> "slice_send";
      case DCN_INBOUND -> "slice_receive";
      case HOST_TO_DEVICE -> "host_to_device";
      case DEVICE_TO_HOST -> "device_to_host";
      case COLLECTIVE -> "collective";
      case HOST_COMPUTE -> "host_compute";
      case TCP_ROUND_TRIP -> "tcp_round_trip";
      case CLIENT_CALL -> "client_call";
      case SERVER_CALL -> "server_call";
      case TCP_SENDER -> "tcp_sender";
      case TCP_TRANSFER -> "tcp_transfer";
      default -> throw new IllegalArgumentException(metric + " is no operation");
    };
  }
}
