package dev.acceld.selftest;

import dev.acceld.device.Device;
import dev.acceld.vendor.FaultCode;

/**
 * A vendor's cheap self-test: much less than a second, changes nothing, and does not disturb who
 * uses the device or a part of it. Any thread.
 */
public interface DeviceSelfTest {

  /** What is done, for a person: {@code nvmlDeviceValidateInforom}. */
  String describe();

  /** Whether it is for such a device; a part is tested by the whole. Touches nothing. */
  boolean canTest(Device device);

  /** Tests the hardware that the device is made of. Touches it, and may hang like its driver. */
  Result run(Device device);

  /** What came out. */
  sealed interface Result {

    /** Nothing is wrong as far as the test can tell. */
    record Passed() implements Result {}

    /**
     * The hardware is broken.
     *
     * @param code the fault that the device has, as its vendor's rules know it
     */
    record Failed(FaultCode code) implements Result {}

    /**
     * The test could not be done, which says nothing of the device.
     *
     * @param why for a person
     */
    record Unknown(String why) implements Result {}
  }
}
