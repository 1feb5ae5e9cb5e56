package dev.acceld.probe.nvidia.nvml;

/** GPM metrics ({@code NVML_GPM_METRIC_*} of nvml.h 13.3) that are read; Hopper and newer. */
public final class GpmId {
  private GpmId() {}

  /** Any engine, percent. */
  public static final int GRAPHICS = 1;

  /** Multiprocessors, percent. */
  public static final int SM = 2;

  /** Resident warps, percent. */
  public static final int OCCUPANCY = 3;

  /** Integer pipe, percent. */
  public static final int INTEGER = 4;

  /** Any tensor pipe, percent. */
  public static final int TENSOR = 5;

  /** Tensor pipe in double precision, percent. */
  public static final int TENSOR_DFMA = 6;

  /** Tensor pipe in half precision, percent. */
  public static final int TENSOR_HMMA = 7;

  /** Tensor pipe in integers, percent. */
  public static final int TENSOR_IMMA = 9;

  /** Memory bandwidth, percent. */
  public static final int DRAM = 10;

  /** Double precision pipe, percent. */
  public static final int FP64 = 11;

  /** Single precision pipe, percent. */
  public static final int FP32 = 12;

  /** Half precision pipe, percent. */
  public static final int FP16 = 13;

  /** MiB a second sent over PCIe. */
  public static final int PCIE_SENT = 20;

  /** MiB a second received over PCIe. */
  public static final int PCIE_RECEIVED = 21;

  /** MiB a second received over NVLink. */
  public static final int NVLINK_RECEIVED = 60;

  /** MiB a second sent over NVLink. */
  public static final int NVLINK_SENT = 61;
}
