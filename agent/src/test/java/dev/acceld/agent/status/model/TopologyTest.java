package dev.acceld.agent.status.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.agent.status.model.Topology.Link;
import dev.acceld.agent.status.model.Topology.Place;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TopologyTest {
  private static Place gpu(
      String name,
      @Nullable Integer numa,
      @Nullable String root,
      @Nullable String domain,
      long peers) {
    return new Place(name, null, numa, root, domain, domain == null ? null : 18L, peers, null);
  }

  private static Place chip(String name, String at) {
    return new Place(name, null, 0, null, null, null, null, at);
  }

  private static String between(Place... places) {
    return Topology.of(List.of(places)).links().getFirst().relation();
  }

  @Test
  void theNearestWayCounts() {
    assertThat(between(gpu("a", 0, "r", "d", 1), gpu("b", 1, "s", "d", 1))).isEqualTo("nvlink");
    assertThat(between(gpu("a", 0, "r", "d", 1), gpu("b", 0, "r", "e", 1))).isEqualTo("pcie_root");
    assertThat(between(gpu("a", 0, "r", null, 0), gpu("b", 0, "s", null, 0)))
        .isEqualTo("numa_node");
    assertThat(between(gpu("a", 0, "r", null, 0), gpu("b", 1, "s", null, 0))).isEqualTo("system");
    assertThat(between(chip("a", "0,0"), chip("b", "1,3"))).isEqualTo("ici");
  }

  @Test
  void whatIsNotKnownIsUnknown() {
    assertThat(between(gpu("a", null, null, null, 0), gpu("b", 1, "s", null, 0)))
        .isEqualTo("unknown");
    assertThat(between(chip("a", "0,0"), chip("b", "?"))).isEqualTo("numa_node");
  }

  @Test
  void notEveryGpuOfADomainIsReachedDirectly() {
    Place a = gpu("a", 0, "r", "d", 1);
    Place b = gpu("b", 0, "s", "d", 2);
    Place c = gpu("c", 0, "t", "d", 1);
    assertThat(Topology.of(List.of(a, b, c)).links())
        .extracting(Link::a, Link::b, Link::relation)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("a", "b", "nvlink"),
            org.assertj.core.groups.Tuple.tuple("a", "c", "nvlink_domain"),
            org.assertj.core.groups.Tuple.tuple("b", "c", "nvlink"));
  }

  @Test
  void hopsFollowFromTheCoordinates() {
    Link link = Topology.of(List.of(chip("a", "0,0,1"), chip("b", "1,3,1"))).links().getFirst();
    assertThat(link.hops()).isEqualTo(4);
  }
}
