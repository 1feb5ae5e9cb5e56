package dev.acceld.probe;

import dev.acceld.device.Device;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.ContainerAccess;
import dev.acceld.vendor.ConfigKind;
import dev.acceld.vendor.LogPlace;
import dev.acceld.vendor.PodFacts;
import java.util.List;
import java.util.Set;

/**
 * Says what a container needs to use devices, besides each device's own files. It looks at files of
 * the host and asks no device; any thread.
 */
@FunctionalInterface
public interface AccessPlanner {

  /**
   * For the devices of one request of a claim. Mounts and hooks depend on the devices' vendors, the
   * options and the host alone, and not on which devices these are: claims share them.
   *
   * @param devices at least one, in the order of the allocation; vendors may be mixed
   * @param options what the claim wants
   * @throws AccessRefusedException when the devices could not be used, because the host lacks
   *     something
   */
  ContainerAccess plan(List<Device> devices, AccessOptions options) throws AccessRefusedException;

  /**
   * Looks whether a container could use all of these together. A request may fail here and be of
   * use nevertheless, in a container that has the devices of other requests or claims as well.
   *
   * @param devices at least one; vendors may be mixed
   * @throws AccessRefusedException saying why not, and what to request instead
   */
  default void checkTogether(List<Device> devices) throws AccessRefusedException {}

  /**
   * Completes what a claim wants for one pod alone ({@link AccessOptions#pod}) by what is known of
   * that pod. Called when a claim is prepared, and only for what is not complete; the answer is
   * kept with the claim and is what {@link #plan} gets.
   *
   * @param devices of one request, all of this vendor
   * @param options what is wanted for that request
   * @param pod the only pod that the claim is reserved for
   * @throws AccessRefusedException when it cannot be told from the pod
   */
  default AccessOptions complete(List<Device> devices, AccessOptions options, PodFacts pod)
      throws AccessRefusedException {
    return options;
  }

  /** The kinds of opaque configuration from which a claim's options are read. */
  default List<ConfigKind> configKinds() {
    return List.of();
  }

  /** Where logs of the programs that use its devices are kept on the host; the same each time. */
  default List<LogPlace> logPlaces() {
    return List.of();
  }

  /**
   * The variables that tell of something that all containers of a pod share, such as ports of its
   * network: two containers cannot have the same, nor a container and another claim's.
   */
  default Set<String> podWide() {
    return Set.of();
  }

  /**
   * Whether the environment for devices depends on which other devices their containers, or others
   * of the same pod, have.
   */
  default boolean dependsOnOthers(List<Device> devices) {
    return true;
  }
}
