package dev.acceld.probe.nvidia.sampling;

import dev.acceld.device.Metric;
import dev.acceld.probe.nvidia.nvml.FieldId;
import org.jspecify.annotations.Nullable;

/** What the same call gives of each NVLink. */
enum LinkField {
  UP(FieldId.LINK_STATE, Metric.NVLINK_UP, 1),
  SENT_KIB(FieldId.LINK_SENT_KIB, Metric.NVLINK_SENT, 1024),
  RECEIVED_KIB(FieldId.LINK_RECEIVED_KIB, Metric.NVLINK_RECEIVED, 1024),
  /** NVLink 5 counts bytes, which is finer. */
  SENT(FieldId.LINK_SENT_BYTES, Metric.NVLINK_SENT, 1),
  RECEIVED(FieldId.LINK_RECEIVED_BYTES, Metric.NVLINK_RECEIVED, 1),
  CRC_ERRORS(FieldId.LINK_CRC_ERRORS, Metric.NVLINK_CRC_ERRORS, 1),
  REPLAYS(FieldId.LINK_REPLAYS, Metric.NVLINK_REPLAYS, 1),
  RECOVERIES(FieldId.LINK_RECOVERIES, Metric.NVLINK_RECOVERIES, 1),
  RECOVERIES_5(FieldId.LINK_RECOVERY_EVENTS, Metric.NVLINK_RECOVERIES, 1),
  RECOVERY_FAILURES(FieldId.LINK_RECOVERY_FAILURES, Metric.NVLINK_RECOVERY_FAILURES, 1),
  PACKET_ERRORS(FieldId.LINK_PACKET_ERRORS, Metric.NVLINK_PACKET_ERRORS, 1);

  static final LinkField[] ALL = values();

  final int id;
  final Metric metric;
  final double factor;

  /** What need not be asked for where this is answered. */
  @Nullable LinkField replaces() {
    return switch (this) {
      case SENT -> SENT_KIB;
      case RECEIVED -> RECEIVED_KIB;
      default -> null;
    };
  }

  LinkField(int id, Metric metric, double factor) {
    this.id = id;
    this.metric = metric;
    this.factor = factor;
  }
}
