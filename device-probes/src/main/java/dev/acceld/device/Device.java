package dev.acceld.device;

/** One accelerator that can be given to a pod. Immutable; equal when all that is known is equal. */
public sealed interface Device permits Gpu, TpuChip {

  /** What all kinds have in common. */
  DeviceCommon common();

  /** The published name. */
  default DeviceName name() {
    return common().name();
  }

  /** What is handed out: {@code gpu}, {@code tpu-chip}. */
  default String type() {
    return common().type();
  }
}
