package dev.acceld.vendor;

import dev.acceld.device.HealthReport.Action;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a vendor knows of the faults of its devices. Answers from memory, any thread. */
public interface HealthRules {
  /** Nothing is known: any fault degrades a device, no more. */
  HealthRules NONE = new HealthRules() {};

  /** The {@link FaultCode#reason} of the faults that it numbers. */
  default Set<String> reasons() {
    return Set.of();
  }

  /** What a fault means; one that the vendor has not documented degrades the device, no more. */
  default FaultEntry fault(FaultCode code) {
    return new FaultEntry(
        code, code.id(), "an error unknown to acceld", FaultClass.DEGRADE, "", Set.of());
  }

  /**
   * The faults after which a device is taken away or has to be replaced: counted from 0 on, so that
   * the first is seen as an increase.
   */
  default List<FaultCode> grave() {
    return List.of();
  }

  /**
   * What the driver asks for, by the number that {@link dev.acceld.device.Metric#RECOVERY_ACTION}
   * holds; empty for 0.
   */
  default Optional<Recovery> recovery(int number) {
    return Optional.empty();
  }

  /** What ends it when a device does not answer though its driver is there. */
  default Action whenLost() {
    return Action.INVESTIGATE;
  }
}
