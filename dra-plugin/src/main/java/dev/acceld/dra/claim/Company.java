package dev.acceld.dra.claim;

import dev.acceld.device.Device;
import dev.acceld.dra.cluster.PodContainers.Container;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What else the pods of a claim use, and which of their containers use what.
 *
 * @param claim the claim's own name
 * @param mates devices of other claims that its pods use, as far as those are prepared
 * @param containers all containers of its pods; empty when they are not known of each pod
 */
public record Company(String claim, List<Mate> mates, Optional<List<Container>> containers) {

  /** Takes copies. */
  public Company {
    mates = List.copyOf(mates);
    containers = containers.map(List::copyOf);
  }

  /**
   * A device of another claim.
   *
   * @param claim that claim's name
   * @param request the main request's name
   * @param device which
   * @param looking whether it is there for admin access
   */
  public record Mate(String claim, String request, Device device, boolean looking) {}

  /** The devices of the other claims. */
  public List<Device> devices() {
    return mates.stream().map(Mate::device).toList();
  }

  /** The containers that get a request of the claim. */
  public List<Container> containersWith(String request) {
    return containers.orElse(List.of()).stream().filter(c -> c.uses(claim, request)).toList();
  }

  /**
   * The devices that a container gets.
   *
   * @param own the claim's, by request
   */
  public List<Device> in(Container container, Map<String, List<Device>> own) {
    List<Device> devices = new ArrayList<>();
    own.forEach((request, each) -> {
      if (container.uses(claim, request)) {
        devices.addAll(each);
      }
    });
    for (Mate mate : mates) {
      if (container.uses(mate.claim(), mate.request())) {
        devices.add(mate.device());
      }
    }
    return devices.stream().distinct().toList();
  }

  /**
   * Whether a container gets devices for admin access.
   *
   * @param own requests of the claim that are for it
   */
  public boolean looksInto(Container container, Set<String> own) {
    return own.stream().anyMatch(request -> container.uses(claim, request))
        || mates.stream()
            .anyMatch(mate -> mate.looking() && container.uses(mate.claim(), mate.request()));
  }

  /** Whether a container's claims are this one and others that are prepared, and no more. */
  public boolean hasAllOf(Container container) {
    return container.uses().stream()
        .allMatch(use ->
            use.claim().equals(claim)
                || mates.stream().anyMatch(mate -> mate.claim().equals(use.claim())));
  }
}
