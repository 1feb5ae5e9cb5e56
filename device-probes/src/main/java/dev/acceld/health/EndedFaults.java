package dev.acceld.health;

import dev.acceld.device.Device;
import dev.acceld.device.Inventory;
import dev.acceld.faultstore.KeptFault;
import dev.acceld.vendor.FaultCode;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The faults of this boot that are known to be over, as the records tell. Not safe for threads. */
final class EndedFaults {
  private final Map<String, KeptFault> ended = new HashMap<>();

  /** Notes a fault of this boot; one that is not over is not among them any more. */
  void note(KeptFault fault, Optional<String> boot) {
    boolean here = boot.isEmpty() || boot.get().equals(fault.onset().boot());
    if (here && !fault.active()) {
      ended.put(fault.key(), fault);
    }
  }

  /**
   * Whether a fault of that device that happened then has been over since.
   *
   * @param withReset whether the end of any other fault, which a reset was the reason of, ends it
   */
  boolean since(
      Device device, Inventory inventory, FaultCode code, boolean withReset, Instant then) {
    return ended.values().stream()
        .filter(fault -> fault.ended().filter(end -> !end.isBefore(then)).isPresent())
        .filter(fault -> withReset || fault.code().filter(code.common()::equals).isPresent())
        .anyMatch(fault -> PhysicalIdentity.is(fault, device, inventory));
  }

  /** Nothing is known any more. */
  void clear() {
    ended.clear();
  }
}
