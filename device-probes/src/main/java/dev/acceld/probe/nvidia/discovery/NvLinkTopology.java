package dev.acceld.probe.nvidia.discovery;

import dev.acceld.device.PciAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which GPUs of the node reach each other by NVLink. Remembers every GPU that it was told of, so
 * that the loss of one does not rewrite what is published of the others. Not safe for threads.
 */
final class NvLinkTopology {

  /**
   * A GPU's place.
   *
   * @param domain the same for all GPUs of this node that reach each other by NVLink, directly or
   *     over others
   * @param peers how many GPUs of this node it reaches without another GPU in between
   */
  record Place(String domain, int peers) {}

  private record Node(NvLinks links, Optional<Fabric> fabric) {}

  private final Map<PciAddress, Node> nodes = new HashMap<>();

  void add(PciAddress gpu, NvLinks links, Optional<Fabric> fabric) {
    Node before = nodes.get(gpu);
    if (links.count() > 0 || before == null) {
      nodes.put(gpu, new Node(links, fabric));
    }
  }

  /** Empty for a GPU without links, or that was never told of. */
  Optional<Place> of(PciAddress gpu) {
    Node node = nodes.get(gpu);
    if (node == null || node.links.count() == 0) {
      return Optional.empty();
    }
    Set<PciAddress> near = neighbours(gpu, node);
    return Optional.of(new Place(domain(gpu, node), near.size()));
  }

  private String domain(PciAddress gpu, Node node) {
    Optional<String> clique = node.fabric.flatMap(Fabric::cliqueName);
    if (clique.isPresent()) {
      return clique.get();
    }
    if (node.links.toSwitch()) {
      return "switch." + clique(node);
    }
    return "gpu." + reached(gpu).first();
  }

  private static int clique(Node node) {
    return node.fabric.map(Fabric::clique).orElse(0);
  }

  private Set<PciAddress> neighbours(PciAddress gpu, Node node) {
    Set<PciAddress> near = new TreeSet<>(node.links.gpus());
    if (node.links.toSwitch()) {
      nodes.forEach((other, its) -> {
        if (its.links.toSwitch() && clique(its) == clique(node)) {
          near.add(other);
        }
      });
    }
    near.remove(gpu);
    return near;
  }

  private TreeSet<PciAddress> reached(PciAddress gpu) {
    TreeSet<PciAddress> reached = new TreeSet<>(Set.of(gpu));
    Deque<PciAddress> todo = new ArrayDeque<>(reached);
    while (!todo.isEmpty()) {
      PciAddress at = todo.pop();
      Node node = nodes.get(at);
      if (node != null) {
        for (PciAddress next : neighbours(at, node)) {
          if (reached.add(next)) {
            todo.push(next);
          }
        }
      }
    }
    return reached;
  }
}
