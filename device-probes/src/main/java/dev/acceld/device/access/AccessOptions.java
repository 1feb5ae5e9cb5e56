package dev.acceld.device.access;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * How a claim wants its devices handed out; what is not said is left to the node's settings.
 *
 * @param capabilities the parts of the driver's user space that were asked for; never an empty set
 * @param pod what is for one pod alone; mounts and hooks do not depend on it
 */
public record AccessOptions(
    Optional<Set<DriverCapability>> capabilities, Optional<PodSettings> pod) {

  /** Nothing was said. */
  public static final AccessOptions DEFAULT = new AccessOptions(Optional.empty());

  /** Takes a copy, ordered as the enum is. */
  public AccessOptions {
    capabilities = capabilities.map(c -> Collections.unmodifiableSet(EnumSet.copyOf(c)));
  }

  /** Nothing that is for one pod alone. */
  public AccessOptions(Optional<Set<DriverCapability>> capabilities) {
    this(capabilities, Optional.empty());
  }

  /** Only what is for one pod alone. */
  public static AccessOptions of(PodSettings pod) {
    return new AccessOptions(Optional.empty(), Optional.of(pod));
  }

  /** The same with other settings for its pod. */
  public AccessOptions with(PodSettings other) {
    return new AccessOptions(capabilities, Optional.of(other));
  }

  /** The same, with what is left open taken from others. */
  public AccessOptions orElse(AccessOptions others) {
    return new AccessOptions(capabilities.or(others::capabilities), pod.or(others::pod));
  }
}
