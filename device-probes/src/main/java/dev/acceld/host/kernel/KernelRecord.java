package dev.acceld.host.kernel;

import dev.acceld.device.PciAddress;
import java.util.Optional;

/**
 * One record of the kernel's log (Documentation/ABI/testing/dev-kmsg).
 *
 * @param priority facility and level, as syslog has them: {@code facility * 8 + level}
 * @param sequence the number of the record in this boot, from 0
 * @param micros when it was written, in microseconds of the kernel's own clock since the boot
 * @param text printable ASCII without a line break, {@link KernelRecordFormat#MOST_TEXT} characters
 *     at most; other bytes as {@code \xNN}
 * @param device the PCI function that the kernel names beside the text, if it does
 */
public record KernelRecord(
    int priority, long sequence, long micros, String text, Optional<PciAddress> device) {

  /**
   * Whether the kernel wrote it. What a process writes to {@code /dev/kmsg} gets another facility
   * from the kernel, whatever the process asks for, so that nobody can forge a driver's line.
   */
  public boolean ofKernel() {
    return priority >> 3 == 0;
  }
}
