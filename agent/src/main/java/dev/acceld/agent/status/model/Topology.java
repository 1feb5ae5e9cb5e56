package dev.acceld.agent.status.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.acceld.device.AttributeValue;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceCommon;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the whole devices of the node are connected, as far as it is known.
 *
 * @param devices where each is
 * @param links for each two devices, the first before the second in the list
 */
public record Topology(List<Place> devices, List<Link> links) {

  /**
   * Where a device is.
   *
   * @param name its published name
   * @param alias its short name
   * @param numaNode NUMA node
   * @param pcieRoot PCIe root complex
   * @param nvlinkDomain the same for all GPUs that reach each other by NVLink
   * @param nvlinkCount how many NVLinks it has
   * @param nvlinkPeers how many GPUs of the node it reaches without another in between
   * @param coordinates of a TPU chip among those of the host
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Place(
      String name,
      @Nullable String alias,
      @Nullable Integer numaNode,
      @Nullable String pcieRoot,
      @Nullable String nvlinkDomain,
      @Nullable Long nvlinkCount,
      @Nullable Long nvlinkPeers,
      @Nullable String coordinates) {

    static Place of(Device device, @Nullable String alias) {
      DeviceCommon c = device.common();
      return new Place(
          c.name().value(),
          alias,
          c.numaNode().isPresent() ? c.numaNode().getAsInt() : null,
          c.pcieRoot().orElse(null),
          AttributeValue.text(c.attributes().get("nvlinkDomain")).orElse(null),
          number(c, "nvlinkCount"),
          number(c, "nvlinkPeers"),
          AttributeValue.text(c.attributes().get("coordinates")).orElse(null));
    }

    private static @Nullable Long number(DeviceCommon c, String name) {
      return c.attributes().get(name) instanceof AttributeValue.IntValue i ? i.value() : null;
    }
  }

  /** What lies between two devices, the nearest first. */
  public enum Relation {
    /** NVLink, directly or over a switch. */
    NVLINK,
    /** NVLink, directly or over another GPU. */
    NVLINK_DOMAIN,
    /** Links between TPU chips, as far as their coordinates tell. */
    ICI,
    /** The same PCIe root complex. */
    PCIE_ROOT,
    /** The same NUMA node. */
    NUMA_NODE,
    /** Different NUMA nodes. */
    SYSTEM,
    /** Nobody can tell. */
    UNKNOWN;

    /** As JSON has it. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What lies between two devices.
   *
   * @param a the name of one
   * @param b the name of the other
   * @param relation see {@link Relation#id}
   * @param hops of ICI, wrap-around links not counted; absent for others
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Link(String a, String b, String relation, @Nullable Integer hops) {}

  static Topology of(List<Place> places) {
    Map<String, Integer> domains = new HashMap<>();
    places.forEach(p -> {
      if (p.nvlinkDomain != null) {
        domains.merge(p.nvlinkDomain, 1, Integer::sum);
      }
    });
    List<Link> links = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      for (int j = i + 1; j < places.size(); j++) {
        links.add(link(places.get(i), places.get(j), domains));
      }
    }
    return new Topology(List.copyOf(places), links);
  }

  private static Link link(Place a, Place b, Map<String, Integer> domains) {
    Integer hops = hops(a.coordinates, b.coordinates);
    return new Link(a.name, b.name, relation(a, b, hops, domains).id(), hops);
  }

  private static Relation relation(
      Place a, Place b, @Nullable Integer hops, Map<String, Integer> domains) {
    if (a.nvlinkDomain != null && a.nvlinkDomain.equals(b.nvlinkDomain)) {
      long others = domains.getOrDefault(a.nvlinkDomain, 1) - 1L;
      return reaches(a, others) || reaches(b, others) ? Relation.NVLINK : Relation.NVLINK_DOMAIN;
    }
    if (hops != null) {
      return Relation.ICI;
    }
    if (a.pcieRoot != null && a.pcieRoot.equals(b.pcieRoot)) {
      return Relation.PCIE_ROOT;
    }
    if (a.numaNode == null || b.numaNode == null) {
      return Relation.UNKNOWN;
    }
    return a.numaNode.equals(b.numaNode) ? Relation.NUMA_NODE : Relation.SYSTEM;
  }

  private static boolean reaches(Place from, long others) {
    return from.nvlinkPeers != null && from.nvlinkPeers >= others;
  }

  private static @Nullable Integer hops(@Nullable String one, @Nullable String other) {
    if (one == null || other == null) {
      return null;
    }
    String[] a = one.split(",", -1);
    String[] b = other.split(",", -1);
    if (a.length != b.length) {
      return null;
    }
    int hops = 0;
    try {
      for (int i = 0; i < a.length; i++) {
        hops += Math.abs(Integer.parseInt(a[i]) - Integer.parseInt(b[i]));
      }
    } catch (NumberFormatException e) {
      return null;
    }
    return hops;
  }
}
