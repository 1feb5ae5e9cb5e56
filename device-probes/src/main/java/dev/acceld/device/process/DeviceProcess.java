package dev.acceld.device.process;

import java.util.Locale;
import java.util.OptionalLong;

/**
 * A process that uses a device, as the device's driver tells of it. Immutable.
 *
 * @param pid as the host numbers it; it may be another's by the time it is read
 * @param kind what it does on the device
 * @param memoryBytes memory of the device that it has; empty when nobody can tell
 * @param use how much of the device it uses
 * @param startTicks when it started, in hundredths of a second since boot, where whoever told of it
 *     looked: then it is certain which process it is
 */
public record DeviceProcess(
    int pid, Kind kind, OptionalLong memoryBytes, ProcessUse use, OptionalLong startTicks) {

  /** Of which the driver tells, which knows ids only. */
  public DeviceProcess(int pid, Kind kind, OptionalLong memoryBytes, ProcessUse use) {
    this(pid, kind, memoryBytes, use, OptionalLong.empty());
  }

  /** One that has a device's file open. */
  public static DeviceProcess open(int pid, long startTicks) {
    return new DeviceProcess(
        pid, Kind.OPEN, OptionalLong.empty(), ProcessUse.UNKNOWN, OptionalLong.of(startTicks));
  }

  /** What a process does on a device. */
  public enum Kind {
    /** It computes. */
    COMPUTE,
    /** It draws. */
    GRAPHICS,
    /** Both. */
    COMPUTE_AND_GRAPHICS,
    /** It has the device's file open; more is not known. */
    OPEN;

    /** As it is shown: {@code compute}, {@code compute+graphics}. */
    public String id() {
      return name().toLowerCase(Locale.ROOT).replace("_and_", "+");
    }
  }
}
