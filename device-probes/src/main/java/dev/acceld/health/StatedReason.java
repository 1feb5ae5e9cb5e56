package dev.acceld.health;

import dev.acceld.device.HealthReport.Reason;
import java.util.Set;

/**
 * Something that the agent itself says of devices, such as that one is being repaired.
 *
 * @param physical the physical parts that it is about: it holds for every device that has one
 * @param reason what is said
 */
public record StatedReason(Set<String> physical, Reason reason) {

  /** Takes a copy. */
  public StatedReason {
    physical = Set.copyOf(physical);
  }
}
