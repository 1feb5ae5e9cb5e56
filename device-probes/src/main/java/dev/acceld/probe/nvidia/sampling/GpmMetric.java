package dev.acceld.probe.nvidia.sampling;

import dev.acceld.device.Metric;
import dev.acceld.probe.nvidia.nvml.GpmId;

/** What GPM gives of the time between two samples. */
public enum GpmMetric {
  GRAPHICS(GpmId.GRAPHICS, Metric.GRAPHICS_ACTIVE),
  SM(GpmId.SM, Metric.SM_ACTIVE),
  OCCUPANCY(GpmId.OCCUPANCY, Metric.SM_OCCUPANCY),
  INTEGER(GpmId.INTEGER, Metric.INTEGER_ACTIVE),
  TENSOR(GpmId.TENSOR, Metric.TENSOR_ACTIVE),
  TENSOR_DFMA(GpmId.TENSOR_DFMA, Metric.TENSOR_DFMA_ACTIVE),
  TENSOR_HMMA(GpmId.TENSOR_HMMA, Metric.TENSOR_HMMA_ACTIVE),
  TENSOR_IMMA(GpmId.TENSOR_IMMA, Metric.TENSOR_IMMA_ACTIVE),
  DRAM(GpmId.DRAM, Metric.DRAM_ACTIVE),
  FP64(GpmId.FP64, Metric.FP64_ACTIVE),
  FP32(GpmId.FP32, Metric.FP32_ACTIVE),
  FP16(GpmId.FP16, Metric.FP16_ACTIVE),
  PCIE_SENT(GpmId.PCIE_SENT, Metric.PCIE_SENT_RATE),
  PCIE_RECEIVED(GpmId.PCIE_RECEIVED, Metric.PCIE_RECEIVED_RATE),
  NVLINK_RECEIVED(GpmId.NVLINK_RECEIVED, Metric.NVLINK_RECEIVED_RATE),
  NVLINK_SENT(GpmId.NVLINK_SENT, Metric.NVLINK_SENT_RATE);

  public static final GpmMetric[] ALL = values();

  private static final double MIB = 1 << 20;
  private static final double PERCENT = 0.01;

  final int id;
  public final Metric metric;

  /** From percent or MiB a second. */
  final double factor;

  GpmMetric(int id, Metric metric) {
    this.id = id;
    this.metric = metric;
    this.factor = metric.unit() == Metric.Unit.RATIO ? PERCENT : MIB;
  }
}
