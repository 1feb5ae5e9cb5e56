package dev.acceld.probe.tpu.runtime.answer;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The metrics of libtpu that are asked for, in this order: what is most wanted comes first, because
 * a slow workload is not asked for all. The names are libtpu's, as tpu-info 0.14 and GKE's device
 * plugin use them.
 */
public enum RuntimeMetric {
  /** Memory of a device. */
  HBM_TOTAL("tpu.runtime.hbm.memory.total.bytes", Kind.DEVICE),
  /** Of it, in use. */
  HBM_USED("tpu.runtime.hbm.memory.usage.bytes", Kind.DEVICE),
  /** Share of time that the TensorCore did something; on v2 and v3 once for both devices. */
  DUTY_CYCLE("tpu.runtime.tensorcore.dutycycle.percent", Kind.DEVICE),
  /** Share of the memory's bandwidth. */
  HBM_BANDWIDTH("tpu.runtime.hbm.utilization.percent", Kind.DEVICE),
  /** How long the TensorCore has done nothing. */
  IDLE("tpu.runtime.tensorcore.idle_duration.seconds", Kind.DEVICE),
  /** Programs that wait for a core. */
  QUEUE("hlo.queue.size.gauge", Kind.DEVICE),
  /** How long the workload has run. */
  UPTIME("tpu.runtime.uptime.seconds.gauge", Kind.PROCESS),
  /** A fault of the slice. */
  SLICE_ERROR("slice.error.detected.gauge", Kind.ERROR),
  /** A fault between slices: a hang. */
  MEGASCALE_ERROR("megascale.error.detected.gauge", Kind.ERROR),
  /** How long programs ran on a core, in microseconds. */
  EXECUTION("hlo.execution.timing.distribution.microseconds", Kind.EXECUTION),
  /** Transfers to other slices. */
  DCN_TRANSFER(microseconds("dcn_transfer_latencies"), Kind.TRANSFER),
  /** Transfers from other slices. */
  DCN_INBOUND(microseconds("dcn_inbound_transfer_latencies"), Kind.TRANSFER),
  /** From the host's memory to a chip. */
  HOST_TO_DEVICE(microseconds("host_to_device_transfer_latencies"), Kind.TRANSFER),
  /** From a chip to the host's memory. */
  DEVICE_TO_HOST(microseconds("device_to_host_transfer_latencies"), Kind.TRANSFER),
  /** Collective operations from end to end. */
  COLLECTIVE(microseconds("collective_end_to_end_latencies"), Kind.TRANSFER),
  /** Work that the host does for a program. */
  HOST_COMPUTE(microseconds("mxla_compute_latencies"), Kind.TRANSFER),
  /** Shortest round trip of the connections between slices. */
  TCP_ROUND_TRIP(microseconds("grpc_tcp_min_rtt"), Kind.TRANSFER),
  /** Calls to other slices. */
  CLIENT_CALL(microseconds("grpc_client_call_latencies"), Kind.TRANSFER),
  /** Calls from other slices. */
  SERVER_CALL(microseconds("grpc_server_call_latencies"), Kind.TRANSFER),
  /** Time in the sender. */
  TCP_SENDER(microseconds("grpc_tcp_sender_latency"), Kind.TRANSFER),
  /** Time on the network. */
  TCP_TRANSFER(microseconds("grpc_tcp_transfer_latency"), Kind.TRANSFER),
  /** Delivery rate of the connections between slices, in Mbit/s. */
  TCP_DELIVERY_RATE("megascale.grpc_tcp_delivery_rate.Mbps.cumulative.distribution", Kind.TRANSFER);

  /** What the entries of an answer are about. */
  public enum Kind {
    /** A number for each device. */
    DEVICE(256),
    /** A number for the process. */
    PROCESS(16),
    /** What is wrong, in attributes. */
    ERROR(16),
    /** A distribution for each device and type of core. */
    EXECUTION(512),
    /** A distribution for each size of buffer. */
    TRANSFER(1024);

    private final int mostEntries;

    Kind(int mostEntries) {
      this.mostEntries = mostEntries;
    }

    /** How many entries are kept of an answer, which is more than make sense. */
    public int mostEntries() {
      return mostEntries;
    }
  }

  private static final Map<String, RuntimeMetric> BY_NAME =
      Arrays.stream(values())
          .collect(Collectors.toUnmodifiableMap(RuntimeMetric::wireName, Function.identity()));

  private final String wireName;
  private final Kind kind;

  RuntimeMetric(String wireName, Kind kind) {
    this.wireName = wireName;
    this.kind = kind;
  }

  private static String microseconds(String what) {
    return "megascale." + what + ".microsecond.cumulative.distribution";
  }

  /** The name in questions and answers. */
  public String wireName() {
    return wireName;
  }

  /** What its entries are about. */
  public Kind kind() {
    return kind;
  }

  /** Empty for one that is not asked for. */
  static Optional<RuntimeMetric> of(String wireName) {
    return Optional.ofNullable(BY_NAME.get(wireName));
  }
}
