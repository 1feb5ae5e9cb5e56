package dev.acceld.device;

/** One accelerator that can be given to a pod. Immutable; equal when all that is known is equal. */
public sealed interface Device permits Gpu, MigDevice, TpuChip {

  /** What all kinds have in common. */
  DeviceCommon common();

  /** The published name. */
  default DeviceName name() {
    return common().name();
  }

  /** True for what does not exist yet and is made when a claim gets it. */
  default boolean onDemandUnrealized() {
    return this instanceof MigDevice mig && mig.onDemand() && mig.instance().isEmpty();
  }

  /** What is handed out: {@code gpu}, {@code mig}, {@code tpu-chip}. */
  default String type() {
    return common().type();
  }
}
