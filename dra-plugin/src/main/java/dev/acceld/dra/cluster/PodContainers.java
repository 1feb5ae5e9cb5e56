package dev.acceld.dra.cluster;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which containers of a pod use which claims. It does not change as long as the pod exists.
 *
 * @param pod the pod's UID
 * @param containers those that use claims, init containers too
 */
public record PodContainers(String pod, List<Container> containers) {

  /** Takes a copy. */
  public PodContainers {
    containers = List.copyOf(containers);
  }

  /**
   * One container.
   *
   * @param name its name in the pod
   * @param uses what it gets
   */
  public record Container(String name, Set<Use> uses) {

    /** Takes a copy. */
    public Container {
      uses = Set.copyOf(uses);
    }

    /** Whether it gets the devices of a request, by the main request's name. */
    public boolean uses(String claim, String request) {
      return uses.stream()
          .anyMatch(use ->
              use.claim().equals(claim) && use.request().filter(r -> !r.equals(request)).isEmpty());
    }
  }

  /**
   * A claim that a container gets.
   *
   * @param claim the ResourceClaim's name
   * @param request one of its requests; empty means all
   */
  public record Use(String claim, Optional<String> request) {}
}
