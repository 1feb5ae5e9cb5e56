package dev.acceld.device;

import java.util.List;
import java.util.OptionalLong;

/**
 * Several TPU chips of one host that lie beside one another and are handed out together.
 *
 * @param common what every device has; its physical parts and files are those of the chips
 * @param shape the block that the chips are: {@code 2x2}, {@code 2x4}, {@code 2x2x1}
 * @param chips at least two, in the order of the block, the first coordinate growing fastest
 */
public record TpuShape(DeviceCommon common, String shape, List<TpuChip> chips) implements Device {

  /** Takes a copy. */
  public TpuShape {
    chips = List.copyOf(chips);
    if (chips.size() < 2) {
      throw new IllegalArgumentException("a shape has at least two chips, not " + chips.size());
    }
  }

  /** {@code v5e}, as {@link TpuChip#generation}. */
  public String generation() {
    return chips.getFirst().generation();
  }

  /** How many chips the host has. */
  public int chipsOnHost() {
    return chips.getFirst().chipsOnHost();
  }

  /** Memory of all chips in bytes; empty for an unknown generation. */
  public OptionalLong hbmBytes() {
    OptionalLong one = chips.getFirst().hbmBytes();
    return one.isPresent() ? OptionalLong.of(one.getAsLong() * chips.size()) : one;
  }
}
