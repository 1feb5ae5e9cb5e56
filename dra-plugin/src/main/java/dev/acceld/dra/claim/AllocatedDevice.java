package dev.acceld.dra.claim;

import dev.acceld.device.CounterUse;
import dev.acceld.device.Device;
import dev.acceld.dra.cluster.ResourceClaim.Result;
import java.util.Optional;
import java.util.SortedSet;

/**
 * A result of an allocation, and the device that it means.
 *
 * @param result as allocated
 * @param device as it is in the inventory, or, once it has been made, as it is now
 * @param place where a part of a device lies on it, whoever made it
 * @param partitionId by which it is made and unmade; empty for one that is used as it is
 */
public record AllocatedDevice(
    Result result, Device device, Optional<String> place, Optional<String> partitionId) {
  /** A device that is used as it is. */
  public AllocatedDevice(Result result, Device device) {
    this(result, device, Optional.empty(), Optional.empty());
  }

  /** The physical parts that the device is made of, or that it is a part of. */
  public SortedSet<String> physical() {
    return device.common().physical();
  }

  /** What it takes of a part that is offered in several ways. */
  public Optional<CounterUse.Taken> taken() {
    return device.common().counters().map(CounterUse::taken);
  }
}
