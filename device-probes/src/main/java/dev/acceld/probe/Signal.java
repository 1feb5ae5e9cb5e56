package dev.acceld.probe;

import dev.acceld.device.DeviceName;
import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.FaultSource;
import java.time.Instant;

/** Something that a probe noticed about a device; what it means is for the health rules. */
public sealed interface Signal {

  /** Which device. */
  DeviceName device();

  /** When it was noticed. */
  Instant at();

  /**
   * The driver reported an error of the device.
   *
   * @param source which way: another source may tell of the same error
   */
  record Fault(DeviceName device, Instant at, FaultCode code, FaultSource source)
      implements Signal {

    /** The usual way. */
    public Fault(DeviceName device, Instant at, FaultCode code) {
      this(device, at, code, FaultSource.DRIVER);
    }
  }

  /** What a fault was raised for has not happened again for so long that it counts as over. */
  record FaultOver(DeviceName device, Instant at, FaultCode code) implements Signal {}

  /** The device is on the bus or in the driver's list, but does not answer any more. */
  record Lost(DeviceName device, Instant at, String detail) implements Signal {}

  /** The device answers (again). Evidence that {@link Lost} is over. */
  record Answers(DeviceName device, Instant at) implements Signal {}

  /**
   * A call about this device does not come back, or has come back; the probe goes on without it.
   *
   * @param detail for a person; empty when it is over
   */
  record Hung(DeviceName device, Instant at, boolean hangs, String detail) implements Signal {}

  /** The agent has let go of the device because it was told to, or has taken it back. */
  record Released(DeviceName device, Instant at, boolean released) implements Signal {}

  /** The device was reset: its driver was unloaded and loaded again. */
  record Reset(DeviceName device, Instant at) implements Signal {}

  /**
   * The driver says what has to be done to the device.
   *
   * @param action 0 for nothing; else a number that {@link dev.acceld.vendor.HealthRules#recovery}
   *     knows
   */
  record RecoveryAction(DeviceName device, Instant at, int action) implements Signal {}

  /**
   * The device says that something is wrong with it, or that it is no longer.
   *
   * @param present false when it is over
   * @param detail what exactly, for a person; empty when the kind says all, or when it is over
   */
  record Defect(DeviceName device, Instant at, DefectKind kind, boolean present, String detail)
      implements Signal {}
}
