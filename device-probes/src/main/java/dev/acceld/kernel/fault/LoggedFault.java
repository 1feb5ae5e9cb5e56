package dev.acceld.kernel.fault;

import dev.acceld.device.DeviceName;
import dev.acceld.vendor.FaultCode;
import java.time.Instant;

/**
 * A fault that the kernel's log tells.
 *
 * @param device which device
 * @param code which fault
 * @param at when the kernel wrote the line
 * @param old whether it is from before the log was read to its end for the first time: then it may
 *     be over
 * @param counted whether it counts as one more; false for what an earlier agent may have counted
 */
public record LoggedFault(
    DeviceName device, FaultCode code, Instant at, boolean old, boolean counted) {

  /** What becomes of it. */
  public enum Verdict {
    /** It is taken as a fault of the device. */
    NEW,
    /** The driver has reported it by itself: the same event. */
    KNOWN,
    /** The device was reset or repaired since. */
    OVER,
    /** Whether it is over cannot be told yet: the readings or the saved faults are missing. */
    NOT_YET,
    /** The device is not known. */
    NO_DEVICE
  }
}
