package dev.acceld.kernel;

import dev.acceld.device.DeviceName;
import java.time.Instant;
import java.util.List;

/** The lines of the kernel's log by device. Answers from memory, any thread. */
@FunctionalInterface
public interface KernelLines {
  /** There is no log. */
  KernelLines NONE = (device, since) -> List.of();

  /**
   * The last lines about a device and the hardware that it is a part of, oldest first: as many as
   * are kept, {@link DeviceLines#MOST_EACH} at most for a PCI slot.
   *
   * @param since lines from before are left out; {@link Instant#EPOCH} for all
   */
  List<KernelLine> about(DeviceName device, Instant since);
}
