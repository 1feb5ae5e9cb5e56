package dev.acceld.probe.tpu;

import dev.acceld.device.CounterUse;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Kind;
import dev.acceld.device.TpuChip;
import dev.acceld.device.TpuShape;
import dev.acceld.device.Vendor;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.host.PciFunction;
import dev.acceld.probe.tpu.host.HostFacts;
import dev.acceld.probe.tpu.shape.HostGrid;
import dev.acceld.probe.tpu.shape.HostGrid.Placement;
import dev.acceld.probe.tpu.shape.ShapeTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Makes devices of chips that were found: the chips themselves, and blocks of them. */
final class TpuDevices {
  /** The counters of the chips of a host: one a chip, so that nothing is given out twice. */
  private static final String COUNTERS = "tpu-chips";

  private final TpuGeneration generation;
  private final HostFacts facts;
  private final Optional<HostGrid> grid;
  private final List<ShapeTable.Entry> offered;
  private final List<String> impossible;
  private final boolean anywhere;
  private final List<String> slots;
  private final Map<String, Long> counters = new HashMap<>();

  /**
   * Of one host.
   *
   * @param slots the chips' PCI slots in the order of the grid
   */
  TpuDevices(TpuGeneration generation, TpuHost host, HostFacts facts, List<String> slots) {
    this.generation = generation;
    this.facts = facts;
    this.slots = slots;
    this.anywhere = host.takesAll();
    this.grid = TpuHost.grid(facts, slots.size());
    this.offered = grid.map(g -> host.offered(generation, g)).orElse(List.of());
    this.impossible = grid.map(g -> host.impossible(generation, g)).orElse(List.of());
    slots.forEach(slot -> counters.put(nameOf(slot).value(), 1L));
  }

  /** {@code tpu-0000-00-05} for slot {@code 0000:00:05}. */
  static DeviceName nameOf(String slot) {
    return new DeviceName("tpu-" + slot.replace(':', '-'));
  }

  /**
   * A chip.
   *
   * @param numaNode its NUMA node, if it is known
   * @param own its device files
   * @param unit the slots of the chips that can only be given out together
   */
  TpuChip chip(
      String slot,
      List<PciFunction> functions,
      OptionalInt numaNode,
      List<DeviceFile> own,
      SortedSet<String> unit) {
    PciFunction first = functions.getFirst();
    int index = slots.indexOf(slot);
    DeviceCommon common =
        new DeviceCommon(
            nameOf(slot),
            "tpu-chip",
            Vendor.GOOGLE,
            Kind.TPU,
            names(unit),
            Optional.of(first.address()),
            first.pcieRoot(),
            numaNode,
            TpuAttributes.of("tpu-chip", generation, 1, slots.size(), facts)
                .chip(generation, first, index, grid.map(g -> g.coordinates(index)))
                .place(first.pcieRoot(), numaNode)
                .build(),
            TpuAttributes.memory(generation.specs.memoryBytes()),
            own);
    return new TpuChip(
        offered.isEmpty() ? common : common.taking(use(List.of(common.name().value()), false)),
        generation.id,
        index,
        generation.specs.memoryBytes(),
        slots.size());
  }

  private static SortedSet<String> names(Set<String> slots) {
    SortedSet<String> names = new TreeSet<>();
    slots.forEach(slot -> names.add(nameOf(slot).value()));
    return names;
  }

  /** What the operator has asked for and cannot get, one sentence each. */
  List<String> problems() {
    return impossible;
  }

  private CounterUse use(List<String> chips, boolean part) {
    return new CounterUse(
        COUNTERS, counters, chips.stream().collect(Collectors.toMap(c -> c, c -> 1L)), part);
  }

  /**
   * The blocks of these chips that are on offer, the smallest first.
   *
   * @param chips all that can be used, by slot
   */
  List<Device> shapes(Map<String, TpuChip> chips) {
    List<Device> all = new ArrayList<>();
    if (grid.isEmpty()) {
      return all;
    }
    for (ShapeTable.Entry entry : offered) {
      for (Placement placement : grid.get().placements(entry.shape())) {
        List<TpuChip> members =
            placement.chips().stream()
                .map(i -> chips.get(slots.get(i)))
                .filter(Objects::nonNull)
                .toList();
        if (members.size() == placement.chips().size()
            && (anywhere || !entry.oneNumaNode() || numaNodes(members).size() == 1)
            && holdsWholeUnits(members, chips)) {
          all.add(shape(entry, placement, members));
        }
      }
    }
    return all;
  }

  /** A chip that shares an IOMMU group with another cannot be given out without it. */
  private static boolean holdsWholeUnits(List<TpuChip> members, Map<String, TpuChip> chips) {
    Set<DeviceName> names = members.stream().map(TpuChip::name).collect(Collectors.toSet());
    return chips.values().stream()
        .filter(chip -> !names.contains(chip.name()))
        .noneMatch(
            chip -> members.stream().anyMatch(m -> m.common().sharesPartWith(chip.common())));
  }

  private TpuShape shape(ShapeTable.Entry entry, Placement placement, List<TpuChip> members) {
    String shape = generation.topology(entry.shape());
    SortedSet<String> physical = new TreeSet<>();
    members.forEach(m -> physical.addAll(m.common().physical()));
    Set<Integer> nodes = numaNodes(members);
    OptionalInt numa =
        nodes.size() == 1 && nodes.iterator().next() >= 0
            ? OptionalInt.of(nodes.iterator().next())
            : OptionalInt.empty();
    Set<Optional<String>> roots =
        members.stream().map(m -> m.common().pcieRoot()).collect(Collectors.toSet());
    Optional<String> root = roots.size() == 1 ? roots.iterator().next() : Optional.empty();
    long bytes = members.stream().mapToLong(m -> m.hbmBytes().orElse(0)).sum();
    DeviceCommon common =
        new DeviceCommon(
            new DeviceName(
                "tpu-" + shape + "-" + slots.get(placement.chips().getFirst()).replace(':', '-')),
            "tpu-shape",
            Vendor.GOOGLE,
            Kind.TPU,
            physical,
            Optional.empty(),
            root,
            numa,
            TpuAttributes.of("tpu-shape", generation, members.size(), slots.size(), facts)
                .shape(generation, entry.shape(), members.size() == slots.size())
                .place(root, numa)
                .build(),
            TpuAttributes.memory(bytes == 0 ? OptionalLong.empty() : OptionalLong.of(bytes)),
            members.stream().flatMap(m -> m.common().files().stream()).toList());
    return new TpuShape(
        common.taking(use(members.stream().map(m -> m.name().value()).toList(), true)),
        shape,
        members);
  }

  /** -1 stands for a node that the host does not tell. */
  private static Set<Integer> numaNodes(List<TpuChip> chips) {
    return chips.stream().map(c -> c.common().numaNode().orElse(-1)).collect(Collectors.toSet());
  }
}
