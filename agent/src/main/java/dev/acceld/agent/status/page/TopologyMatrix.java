package dev.acceld.agent.status.page;

import dev.acceld.agent.status.html.Html;
import dev.acceld.agent.status.model.Topology;
import dev.acceld.agent.status.model.Topology.Link;
import dev.acceld.agent.status.model.Topology.Place;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How devices are connected: a table with a row and a column for each. */
final class TopologyMatrix {
  private TopologyMatrix() {}

  static void write(Html html, String root, Topology topology) {
    Map<String, Map<String, Link>> links = new HashMap<>();
    Set<Topology.Relation> used = EnumSet.noneOf(Topology.Relation.class);
    for (Link link : topology.links()) {
      links.computeIfAbsent(link.a(), a -> new HashMap<>()).put(link.b(), link);
      links.computeIfAbsent(link.b(), b -> new HashMap<>()).put(link.a(), link);
      used.add(relation(link));
    }
    List<Place> all = topology.devices();
    boolean grid = all.stream().anyMatch(p -> p.coordinates() != null);
    List<String> heads = new ArrayList<>(List.of("Device"));
    all.forEach(p -> heads.add(shown(p)));
    heads.addAll(List.of("NUMA node", "PCIe root"));
    if (grid) {
      heads.add("Coordinates");
    }
    Layout.table(
        html,
        "Connections between devices",
        heads,
        rows -> {
          for (Place from : all) {
            rows.open("tr").open("th", "scope", "row");
            Links.device(rows, root, from.name(), shown(from));
            rows.close();
            Map<String, Link> row = links.getOrDefault(from.name(), Map.of());
            for (Place to : all) {
              Link link = row.get(to.name());
              rows.text(
                  "td",
                  link == null ? "·" : sign(link, from),
                  "class",
                  link == null ? "self" : "link " + link.relation());
            }
            rows.text("td", text(from.numaNode()));
            rows.text("td", text(from.pcieRoot()));
            if (grid) {
              rows.text("td", text(from.coordinates()));
            }
            rows.close().line();
          }
        });
    html.open("dl", "class", "legend");
    used.forEach(r -> html.text("dt", sign(r)).text("dd", meaning(r)));
    html.close().line();
  }

  private static String shown(Place place) {
    String alias = place.alias();
    return alias == null ? place.name() : alias;
  }

  private static String text(@Nullable Object known) {
    return known == null ? "–" : known.toString();
  }

  private static Topology.Relation relation(Link link) {
    return Topology.Relation.valueOf(link.relation().toUpperCase(Locale.ROOT));
  }

  private static String sign(Link link, Place from) {
    Topology.Relation relation = relation(link);
    Long links = from.nvlinkCount();
    return switch (relation) {
      case NVLINK -> links == null ? "NV" : "NV" + links;
      case ICI -> "ICI " + link.hops();
      case NVLINK_DOMAIN, PCIE_ROOT, NUMA_NODE, SYSTEM, UNKNOWN -> sign(relation);
    };
  }

  private static String sign(Topology.Relation relation) {
    return switch (relation) {
      case NVLINK -> "NV#";
      case NVLINK_DOMAIN -> "NV+";
      case ICI -> "ICI #";
      case PCIE_ROOT -> "ROOT";
      case NUMA_NODE -> "NODE";
      case SYSTEM -> "SYS";
      case UNKNOWN -> "–";
    };
  }

  private static String meaning(Topology.Relation relation) {
    return switch (relation) {
      case NVLINK -> "NVLink, directly or through a switch; # is how many links the GPU has";
      case NVLINK_DOMAIN -> "NVLink, directly or through another GPU";
      case ICI -> "links between TPU chips; # is the number of hops by coordinates";
      case PCIE_ROOT -> "the same PCIe root complex";
      case NUMA_NODE -> "the same NUMA node";
      case SYSTEM -> "different NUMA nodes";
      case UNKNOWN -> "not known";
    };
  }
}
