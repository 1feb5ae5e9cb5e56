package dev.acceld.machine.libtpu;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Names of libtpu's metrics, as tpu-info 0.14 asks for them. */
public final class MetricNames {
  /** Memory of a device. */
  public static final String HBM_TOTAL = "tpu.runtime.hbm.memory.total.bytes";

  /** Of it, in use. */
  public static final String HBM_USED = "tpu.runtime.hbm.memory.usage.bytes";

  /** Share of time that the TensorCore did something. */
  public static final String DUTY_CYCLE = "tpu.runtime.tensorcore.dutycycle.percent";

  /** Share of the memory's bandwidth. */
  public static final String HBM_BANDWIDTH = "tpu.runtime.hbm.utilization.percent";

  /** How long the TensorCore has done nothing. */
  public static final String IDLE = "tpu.runtime.tensorcore.idle_duration.seconds";

  /** How long the workload has run. */
  public static final String UPTIME = "tpu.runtime.uptime.seconds.gauge";

  /** Programs that wait. */
  public static final String QUEUE = "hlo.queue.size.gauge";

  /** How long programs ran. */
  public static final String EXECUTION = "hlo.execution.timing.distribution.microseconds";

  /** A fault of the slice. */
  public static final String SLICE_ERROR = "slice.error.detected.gauge";

  /** A fault between slices. */
  public static final String MEGASCALE_ERROR = "megascale.error.detected.gauge";

  private static final String DISTRIBUTION = ".cumulative.distribution";

  /** What a workload on one slice has. */
  public static final Set<String> OF_ONE_SLICE =
      Set.of(
          HBM_TOTAL,
          HBM_USED,
          DUTY_CYCLE,
          HBM_BANDWIDTH,
          IDLE,
          UPTIME,
          QUEUE,
          EXECUTION,
          SLICE_ERROR);

  /** What one on several slices has besides. */
  public static final Set<String> OF_SEVERAL_SLICES = severalSlices();

  private MetricNames() {}

  private static Set<String> severalSlices() {
    Set<String> names = new TreeSet<>();
    names.add(MEGASCALE_ERROR);
    Stream.of(
            "dcn_transfer_latencies",
            "dcn_inbound_transfer_latencies",
            "host_to_device_transfer_latencies",
            "device_to_host_transfer_latencies",
            "collective_end_to_end_latencies",
            "mxla_compute_latencies",
            "grpc_tcp_min_rtt",
            "grpc_client_call_latencies",
            "grpc_server_call_latencies",
            "grpc_tcp_sender_latency",
            "grpc_tcp_transfer_latency")
        .map(what -> "megascale." + what + ".microsecond" + DISTRIBUTION)
        .forEach(names::add);
    names.add("megascale.grpc_tcp_delivery_rate.Mbps" + DISTRIBUTION);
    return names;
  }

  /** Whether the values of that metric are distributions. */
  static boolean isDistribution(String name) {
    return name.equals(EXECUTION) || name.endsWith(DISTRIBUTION);
  }

  /** All that there are. */
  public static List<String> all() {
    return Stream.concat(OF_ONE_SLICE.stream(), OF_SEVERAL_SLICES.stream()).sorted().toList();
  }
}
