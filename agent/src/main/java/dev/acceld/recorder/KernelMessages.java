package dev.acceld.recorder;

import dev.acceld.device.Device;
import java.time.Instant;
import java.util.List;

/** Where a record finds what the kernel logged about a device. */
@FunctionalInterface
public interface KernelMessages {
  /**
   * The lines about that device or its PCI function, the oldest first. Called on the recorder's
   * thread; must answer from memory.
   *
   * @param since older lines are left out
   */
  List<String> about(Device device, Instant since);
}
