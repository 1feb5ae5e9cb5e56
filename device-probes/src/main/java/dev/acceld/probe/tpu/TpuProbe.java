package dev.acceld.probe.tpu;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.PciAddress;
import dev.acceld.device.Readings;
import dev.acceld.device.Sample;
import dev.acceld.device.TpuChip;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.host.HostFs;
import dev.acceld.host.PciDevices;
import dev.acceld.host.PciFunction;
import dev.acceld.pcie.PcieWatch;
import dev.acceld.probe.Discovery;
import dev.acceld.probe.Probe;
import dev.acceld.probe.ProbeUnavailableException;
import dev.acceld.probe.Signal;
import dev.acceld.probe.tpu.host.HostFacts;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds TPU chips on the PCI bus, and the blocks of them that a container can use. A chip is a PCI
 * slot, whatever number of functions it has, and is named after it: {@code tpu-0000-00-05}. IOMMU
 * groups and accel numbers change over reboots, a slot does not.
 *
 * <p>sysfs measures nothing of a TPU itself: the readings are those of its PCIe link, and those
 * that the workload on it tells. A chip that was usable before and is not any more stays in the
 * list, with a {@link Signal.Lost} that says why; one that never was usable is counted and not
 * offered. Chips that share an IOMMU group are one physical part.
 */
public final class TpuProbe implements Probe {
  private final TpuHost host;
  private final TpuWorkloads workloads;
  private final Optional<TpuLeftovers> leftovers;
  private final PciDevices pci;
  private final TpuFiles files;
  private final TpuGroups groups;
  private final InstantSource clock;
  private final PcieWatch pcie;

  /** Used again for each look. */
  private final Sample.Builder sample = new Sample.Builder();

  private final Map<DeviceName, Sample> last = new HashMap<>();
  private final Map<String, Known> usable = new HashMap<>();
  private final Set<DeviceName> lost = new HashSet<>();

  /** Every chip since the start, by slot; also those that have left the bus since. */
  private final Map<String, Place> places = new HashMap<>();

  private final List<Signal> pending = new ArrayList<>();

  private record Known(TpuChip device, List<PciAddress> addresses) {}

  /** In the order of the grid. A node that was known once stays: chips do not move. */
  private record Place(TpuGeneration generation, OptionalInt numaNode, String slot)
      implements Comparable<Place> {
    private Place seenAgain(Place now) {
      return now.generation != generation || numaNode.isEmpty() ? now : this;
    }

    @Override
    public int compareTo(Place other) {
      int byNode = Integer.compare(numaNode.orElse(0), other.numaNode.orElse(0));
      return byNode != 0 ? byNode : slot.compareTo(other.slot);
    }
  }

  TpuProbe(HostFs fs, TpuHost host, TpuWorkloads workloads) {
    this(fs, host, workloads, InstantSource.system(), Optional.empty());
  }

  /**
   * Has looked at nothing yet.
   *
   * @param hold as for {@link PcieWatch}
   */
  TpuProbe(
      HostFs fs,
      TpuHost host,
      TpuWorkloads workloads,
      InstantSource clock,
      Optional<Duration> hold) {
    this(fs, host, workloads, Optional.empty(), clock, hold);
  }

  /**
   * The same.
   *
   * @param leftovers looks for processes that have a chip open which nobody holds
   */
  TpuProbe(
      HostFs fs,
      TpuHost host,
      TpuWorkloads workloads,
      Optional<TpuLeftovers> leftovers,
      InstantSource clock,
      Optional<Duration> hold) {
    this.host = host;
    this.workloads = workloads;
    this.leftovers = leftovers;
    this.pci = new PciDevices(fs);
    this.files = new TpuFiles(fs);
    this.groups = new TpuGroups(fs);
    this.clock = clock;
    this.pcie = new PcieWatch(pci, clock, System::nanoTime, hold);
  }

  @Override
  public String name() {
    return "tpu";
  }

  @Override
  public Discovery discover() throws ProbeUnavailableException {
    Map<String, List<PciFunction>> chips = new TreeMap<>();
    for (PciFunction function : pci.of(TpuGeneration.GOOGLE)) {
      if (TpuGeneration.of(function).isPresent()) {
        chips.computeIfAbsent(function.address().slot(), s -> new ArrayList<>()).add(function);
      }
    }
    usable.keySet().retainAll(chips.keySet());
    if (chips.isEmpty()) {
      throw new ProbeUnavailableException(
          "no TPU on this machine: /sys/bus/pci/devices has no device of vendor 0x1ae0");
    }
    host.awaitSources();
    chips.forEach((slot, functions) ->
        places.merge(
            slot,
            new Place(generation(functions), functions.getFirst().numaNode(), slot),
            Place::seenAgain));
    Map<TpuGeneration, List<String>> slots = new EnumMap<>(TpuGeneration.class);
    places.values().stream()
        .sorted()
        .forEach(place ->
            slots.computeIfAbsent(place.generation, g -> new ArrayList<>()).add(place.slot));
    Found found = new Found();
    slots.forEach((generation, of) -> found.add(generation, of, chips));
    found.problems.addAll(workloads.problems());
    return new Discovery(found.devices, found.problems, found.unusable);
  }

  private OptionalInt numaNode(String slot) {
    Place place = places.get(slot);
    return place == null ? OptionalInt.empty() : place.numaNode;
  }

  private static TpuGeneration generation(List<PciFunction> functions) {
    return TpuGeneration.of(functions.getFirst()).orElse(TpuGeneration.UNKNOWN);
  }

  /** One discovery. */
  private final class Found {
    private final List<Device> devices = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final Map<DeviceName, String> unusable = new HashMap<>();

    void add(TpuGeneration generation, List<String> slots, Map<String, List<PciFunction>> chips) {
      HostFacts facts = host.facts(generation, slots.size());
      TpuDevices make = new TpuDevices(generation, host, facts, slots);
      for (String slot : slots) {
        List<PciFunction> functions = chips.get(slot);
        if (functions != null && generation(functions) == generation) {
          devices.add(look(make, generation, slot, functions));
        }
      }
      Map<String, TpuChip> members = new HashMap<>();
      slots.forEach(slot -> {
        Known known = usable.get(slot);
        if (known != null) {
          members.put(slot, known.device);
        }
      });
      devices.addAll(make.shapes(members));
      problems.addAll(make.problems());
      problems.addAll(facts.problems());
    }

    private Device look(
        TpuDevices make, TpuGeneration generation, String slot, List<PciFunction> functions) {
      DeviceName name = TpuDevices.nameOf(slot);
      try {
        List<DeviceFile> own = files.of(generation, functions);
        SortedSet<String> unit = new TreeSet<>(Set.of(slot));
        if (generation.vfio) {
          unit.addAll(groups.siblings(functions));
        }
        if (unit.size() > 1 && unit.first().equals(slot)) {
          problems.add(
              TpuGroups.names(unit)
                  + " share an IOMMU group: a claim gets all of them in one request, or none");
        }
        TpuChip chip = make.chip(slot, functions, numaNode(slot), own, unit);
        usable.put(slot, new Known(chip, functions.stream().map(PciFunction::address).toList()));
        if (lost.remove(name)) {
          pending.add(new Signal.Answers(name, clock.instant()));
        }
        return chip;
      } catch (TpuFiles.UnusableChipException e) {
        String why = String.valueOf(e.getMessage());
        problems.add(name + ": " + why);
        Known before = usable.get(slot);
        if (before == null) {
          unusable.put(name, why);
          return make.chip(slot, functions, numaNode(slot), List.of(), new TreeSet<>(Set.of(slot)))
              .withheld();
        }
        lose(name, why);
        return before.device;
      }
    }
  }

  private void lose(DeviceName name, String why) {
    if (lost.add(name)) {
      pending.add(new Signal.Lost(name, clock.instant(), why));
    }
  }

  /** Of the chips' PCIe links, and what workloads tell; a missing value is not zero. */
  @Override
  public Readings read(List<Device> devices) {
    Set<DeviceName> wanted = new HashSet<>();
    devices.forEach(device -> wanted.add(device.name()));
    leftovers.ifPresent(look -> look.watch(devices));
    TpuWorkloads.Told told = workloads.read(devices);
    Map<DeviceName, Sample> samples = told.samples();
    for (Known chip : usable.values()) {
      DeviceName name = chip.device.name();
      if (wanted.contains(name) && !lost.contains(name)) {
        Sample link = pcie.look(name, chip.addresses());
        if (!link.isEmpty()) {
          Sample load = samples.getOrDefault(name, Sample.EMPTY);
          Sample both =
              load.isEmpty()
                  ? link
                  : sample.clear().putAll(load).putAll(link).build(last.getOrDefault(name, link));
          last.put(name, both);
          samples.put(name, both);
        }
      }
    }
    return new Readings(
        clock.instant(),
        samples,
        told.summaries(),
        leftovers.map(TpuLeftovers::processes).orElse(Map.of()));
  }

  /** Looks whether each function is still on the bus: two look-ups each. */
  @Override
  public List<Signal> signals() {
    for (Known chip : usable.values()) {
      for (PciAddress address : chip.addresses()) {
        if (!pci.present(address)) {
          lose(chip.device.name(), "PCI function " + address + " has left the bus");
        } else if (pci.isSilent(address)) {
          lose(chip.device.name(), TpuFiles.silent(address));
        }
      }
    }
    List<Signal> now = new ArrayList<>(pending);
    pending.clear();
    now.addAll(pcie.drain());
    now.addAll(workloads.errors(clock.instant()));
    leftovers.ifPresent(look -> now.addAll(look.changes(clock.instant())));
    return now;
  }

  @Override
  public void close() {
    usable.clear();
    leftovers.ifPresent(TpuLeftovers::close);
    workloads.close();
    host.close();
  }
}
