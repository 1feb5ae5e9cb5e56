package dev.acceld.dra.claim;

import dev.acceld.device.CounterUse;
import dev.acceld.device.Device;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;

/**
 * What of the hardware a claim holds with a device, as recorded when the claim was prepared. It
 * tells what else nobody can have even when the device itself is not listed any more.
 *
 * @param physical the physical parts that the device is made of, or that it is a part of
 * @param counters what it takes of a part that was offered in several ways
 * @param partition whether it is a part of a device, beside which other parts can be in use
 * @param uuid the vendor's, if it has one
 */
public record Hold(
    Set<String> physical,
    Optional<CounterUse.Taken> counters,
    boolean partition,
    Optional<String> uuid) {

  /** Nothing: with admin access a device stays free for others. */
  public static final Hold NONE = new Hold(Set.of(), Optional.empty(), false, Optional.empty());

  /** Takes copies. */
  public Hold {
    physical = Set.copyOf(physical);
  }

  /**
   * Whether a device cannot be given away meanwhile. Counters decide where both have them.
   * Otherwise whatever has a physical part in common is taken; but a partition that exists is its
   * own, whatever has become of the one that is held.
   */
  public boolean excludes(Device other) {
    Optional<CounterUse> use = other.common().counters();
    if (use.isPresent() && counters.filter(c -> c.set().equals(use.get().set())).isPresent()) {
      return !use.get().fitsBeside(counters.get());
    }
    if (Collections.disjoint(physical, other.common().physical())) {
      return false;
    }
    boolean besideEachOther = partition && other.partition() && use.isEmpty();
    return !besideEachOther
        || uuid.filter(id -> other.common().uuid().filter(id::equals).isPresent()).isPresent();
  }
}
