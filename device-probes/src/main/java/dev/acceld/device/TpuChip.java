package dev.acceld.device;

import java.util.OptionalLong;

/**
 * One TPU chip.
 *
 * @param common what every device has
 * @param generation {@code v4}, {@code v5e}, {@code v5p}, {@code v6e}, {@code tpu7x}, or {@code
 *     unknown}
 * @param index the chip's position on the host today: chips in the order of their NUMA nodes and
 *     PCI addresses
 * @param hbmBytes memory of the chip in bytes; empty for an unknown generation
 * @param chipsOnHost how many chips this host has
 */
public record TpuChip(
    DeviceCommon common, String generation, int index, OptionalLong hbmBytes, int chipsOnHost)
    implements Device {

  /** The same, not to be given away. */
  public TpuChip withheld() {
    return new TpuChip(common.withheld(), generation, index, hbmBytes, chipsOnHost);
  }
}
