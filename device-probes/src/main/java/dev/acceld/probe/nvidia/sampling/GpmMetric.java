package dev.acceld.probe.nvidia.sampling;

import dev.acceld.device.Metric;
import dev.acceld.probe.nvidia.nvml.GpmId;

/** What GPM gives of the time between two samples. */
public enum GpmMetric {
  /** Share of cycles in which any engine was active, 0 to 1. */
  GRAPHICS(GpmId.GRAPHICS, Metric.GRAPHICS_ACTIVE),
  /** Share of cycles in which a multiprocessor had a warp, mean over all of them, 0 to 1. */
  SM(GpmId.SM, Metric.SM_ACTIVE),
  /** Warps resident on the multiprocessors, as a share of how many there can be, 0 to 1. */
  OCCUPANCY(GpmId.OCCUPANCY, Metric.SM_OCCUPANCY),
  /** Share of cycles in which the integer pipe was active, 0 to 1. */
  INTEGER(GpmId.INTEGER, Metric.INTEGER_ACTIVE),
  /** Share of cycles in which any tensor pipe was active, 0 to 1. */
  TENSOR(GpmId.TENSOR, Metric.TENSOR_ACTIVE),
  /** Share of cycles in which the tensor pipe did double precision, 0 to 1. */
  TENSOR_DFMA(GpmId.TENSOR_DFMA, Metric.TENSOR_DFMA_ACTIVE),
  /** Share of cycles in which the tensor pipe did half precision, 0 to 1. */
  TENSOR_HMMA(GpmId.TENSOR_HMMA, Metric.TENSOR_HMMA_ACTIVE),
  /** Share of cycles in which the tensor pipe did integers, 0 to 1. */
  TENSOR_IMMA(GpmId.TENSOR_IMMA, Metric.TENSOR_IMMA_ACTIVE),
  /** Share of the memory bandwidth that was used, 0 to 1. */
  DRAM(GpmId.DRAM, Metric.DRAM_ACTIVE),
  /** Share of cycles in which the double-precision pipe was active, 0 to 1. */
  FP64(GpmId.FP64, Metric.FP64_ACTIVE),
  /** Share of cycles in which the single-precision pipe was active, 0 to 1. */
  FP32(GpmId.FP32, Metric.FP32_ACTIVE),
  /** Share of cycles in which the half-precision pipe was active, 0 to 1. */
  FP16(GpmId.FP16, Metric.FP16_ACTIVE),
  /** Bytes a second sent over PCIe. */
  PCIE_SENT(GpmId.PCIE_SENT, Metric.PCIE_SENT_RATE),
  /** Bytes a second received over PCIe. */
  PCIE_RECEIVED(GpmId.PCIE_RECEIVED, Metric.PCIE_RECEIVED_RATE),
  /** Bytes a second received over all NVLinks. */
  NVLINK_RECEIVED(GpmId.NVLINK_RECEIVED, Metric.NVLINK_RECEIVED_RATE),
  /** Bytes a second sent over all NVLinks. */
  NVLINK_SENT(GpmId.NVLINK_SENT, Metric.NVLINK_SENT_RATE);

  /** All metrics. One shared array, which nobody may change. */
  public static final GpmMetric[] ALL = values();

  private static final double MIB = 1 << 20;
  private static final double PERCENT = 0.01;

  final int id;

  /** The metric in a sample, where the value is 0 to 1 or in bytes a second. */
  public final Metric metric;

  /** From percent or MiB a second. */
  final double factor;

  GpmMetric(int id, Metric metric) {
    this.id = id;
    this.metric = metric;
    this.factor = metric.unit() == Metric.Unit.RATIO ? PERCENT : MIB;
  }
}
