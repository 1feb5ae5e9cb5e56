package dev.acceld.probe.nvidia.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.PciAddress;
import dev.acceld.probe.nvidia.discovery.NvLinkTopology.Place;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NvLinkTopologyTest {
  private final NvLinkTopology topology = new NvLinkTopology();

  private static PciAddress pci(int bus) {
    return new PciAddress(0, bus, 0, 0);
  }

  private void direct(int bus, PciAddress... to) {
    topology.add(pci(bus), new NvLinks(to.length, false, Set.of(to)), Optional.empty());
  }

  private void switched(int bus, int clique) {
    topology.add(
        pci(bus),
        new NvLinks(18, true, Set.of()),
        Optional.of(new Fabric(Optional.empty(), clique)));
  }

  @Test
  void bridgedPairsAreDomainsOfTheirOwn() {
    direct(1, pci(2));
    direct(2, pci(1));
    direct(3, pci(4));
    direct(4, pci(3));
    assertThat(topology.of(pci(1))).contains(new Place("gpu.0000:01:00.0", 1));
    assertThat(topology.of(pci(2))).contains(new Place("gpu.0000:01:00.0", 1));
    assertThat(topology.of(pci(4))).contains(new Place("gpu.0000:03:00.0", 1));
  }

  @Test
  void aRingIsOneDomainThoughNotAllArePeers() {
    direct(1, pci(2), pci(4));
    direct(2, pci(1), pci(3));
    direct(3, pci(2), pci(4));
    direct(4, pci(3), pci(1));
    for (int bus = 1; bus <= 4; bus++) {
      assertThat(topology.of(pci(bus))).contains(new Place("gpu.0000:01:00.0", 2));
    }
  }

  @Test
  void behindASwitchAllOfAPartitionArePeers() {
    switched(1, 0);
    switched(2, 0);
    switched(3, 1);
    assertThat(topology.of(pci(1))).contains(new Place("switch.0", 1));
    assertThat(topology.of(pci(3))).contains(new Place("switch.1", 0));
  }

  @Test
  void aLossDoesNotRewriteTheOthers() {
    switched(1, 0);
    switched(2, 0);
    topology.add(pci(2), NvLinks.NONE, Optional.empty());
    assertThat(topology.of(pci(1))).contains(new Place("switch.0", 1));
  }

  @Test
  void withoutLinksThereIsNoPlace() {
    topology.add(pci(1), NvLinks.NONE, Optional.empty());
    assertThat(topology.of(pci(1))).isEmpty();
    assertThat(topology.of(pci(2))).isEmpty();
  }
}
