package dev.acceld.device;

import java.util.List;

/** One accelerator that can be given to a pod. Immutable; equal when all that is known is equal. */
public sealed interface Device permits Gpu, MigDevice, TpuChip, TpuShape {

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

  /** True for a part of a device that exists beside the other parts of the same device. */
  default boolean partition() {
    return this instanceof MigDevice;
  }

  /**
   * True for what is only another way to hand out devices that are offered one by one, too: it has
   * no readings of its own, and does not count as a device of the node.
   */
  default boolean group() {
    return this instanceof TpuShape;
  }

  /** The devices that are handed out with this one: those of a {@link #group}, else itself. */
  default List<Device> members() {
    return this instanceof TpuShape shape ? List.copyOf(shape.chips()) : List.of(this);
  }

  /** What is handed out: {@code gpu}, {@code mig}, {@code tpu-chip}, {@code tpu-shape}. */
  default String type() {
    return common().type();
  }
}
