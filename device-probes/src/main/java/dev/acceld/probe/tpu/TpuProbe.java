package dev.acceld.probe.tpu;

import dev.acceld.device.AttributeValue;
import dev.acceld.device.Capacity;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Kind;
import dev.acceld.device.Readings;
import dev.acceld.device.TpuChip;
import dev.acceld.device.Vendor;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.host.HostFs;
import dev.acceld.host.PciDevices;
import dev.acceld.host.PciFunction;
import dev.acceld.probe.Discovery;
import dev.acceld.probe.Probe;
import dev.acceld.probe.ProbeUnavailableException;
import dev.acceld.probe.Signal;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds TPU chips on the PCI bus. A chip is a PCI slot, whatever number of functions it has, and is
 * named after it: {@code tpu-0000-00-05}. IOMMU groups and accel numbers change over reboots, a
 * slot does not.
 *
 * <p>sysfs measures nothing of a TPU, so there are no readings. A chip that was usable before and
 * is not any more stays in the list, with a {@link Signal.Lost} that says why; one that never was
 * usable is counted and not offered. Chips that share an IOMMU group are one physical part.
 */
public final class TpuProbe implements Probe {
  private final PciDevices pci;
  private final TpuFiles files;
  private final TpuGroups groups;
  private final InstantSource clock;

  private final Map<String, Known> usable = new HashMap<>();
  private final Set<DeviceName> lost = new HashSet<>();
  private final Set<String> slots = new TreeSet<>();
  private final List<Signal> pending = new ArrayList<>();

  private record Known(Device device, List<PciFunction> functions) {}

  /** Of that host. */
  public TpuProbe(HostFs host) {
    this(host, InstantSource.system());
  }

  TpuProbe(HostFs host, InstantSource clock) {
    this.pci = new PciDevices(host);
    this.files = new TpuFiles(host);
    this.groups = new TpuGroups(host);
    this.clock = clock;
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
    slots.addAll(chips.keySet());
    List<Device> devices = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    Map<DeviceName, String> unusable = new HashMap<>();
    for (String slot : slots) {
      List<PciFunction> functions = chips.get(slot);
      if (functions != null) {
        devices.add(look(slot, functions, problems, unusable));
      }
    }
    return new Discovery(devices, problems, unusable);
  }

  private Device look(
      String slot,
      List<PciFunction> functions,
      List<String> problems,
      Map<DeviceName, String> unusable) {
    TpuGeneration generation = TpuGeneration.of(functions.getFirst()).orElse(TpuGeneration.UNKNOWN);
    DeviceName name = nameOf(slot);
    try {
      List<DeviceFile> own = files.of(generation, functions);
      Set<String> unit = new TreeSet<>(Set.of(slot));
      if (generation.vfio) {
        unit.addAll(groups.siblings(functions));
      }
      if (unit.size() > 1 && unit.iterator().next().equals(slot)) {
        problems.add(
            TpuGroups.names(unit)
                + " share an IOMMU group: a claim gets all of them in one request, or none");
      }
      Device chip = chip(name, slot, generation, functions, own, unit);
      usable.put(slot, new Known(chip, functions));
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
        TpuChip chip = chip(name, slot, generation, functions, List.of(), Set.of(slot));
        return new TpuChip(
            chip.common().withheld(),
            chip.generation(),
            chip.index(),
            chip.hbmBytes(),
            chip.chipsOnHost());
      }
      lose(name, why);
      return before.device;
    }
  }

  private void lose(DeviceName name, String why) {
    if (lost.add(name)) {
      pending.add(new Signal.Lost(name, clock.instant(), why));
    }
  }

  /** {@code tpu-0000-00-05} for slot {@code 0000:00:05}. */
  static DeviceName nameOf(String slot) {
    return new DeviceName("tpu-" + slot.replace(':', '-'));
  }

  private TpuChip chip(
      DeviceName name,
      String slot,
      TpuGeneration generation,
      List<PciFunction> functions,
      List<DeviceFile> own,
      Set<String> unit) {
    PciFunction first = functions.getFirst();
    Map<String, AttributeValue> attributes = new HashMap<>();
    attributes.put("type", AttributeValue.of("tpu-chip"));
    attributes.put("tpuGen", AttributeValue.of(generation.published));
    attributes.put("brand", AttributeValue.of("Google"));
    attributes.put("acceld.dev/kind", AttributeValue.of(Kind.TPU.id()));
    attributes.put("acceld.dev/vendor", AttributeValue.of(Vendor.GOOGLE.id()));
    attributes.put(
        "resource.kubernetes.io/pciBusID", AttributeValue.of(first.address().toString()));
    first
        .pcieRoot()
        .ifPresent(
            root -> attributes.put("resource.kubernetes.io/pcieRoot", AttributeValue.of(root)));
    first
        .numaNode()
        .ifPresent(node ->
            attributes.put("resource.kubernetes.io/numaNode", AttributeValue.of((long) node)));
    Map<String, Capacity> capacities = new HashMap<>();
    generation.memoryBytes().ifPresent(bytes -> capacities.put("memory", new Capacity(bytes)));
    DeviceCommon common =
        new DeviceCommon(
            name,
            "tpu-chip",
            Vendor.GOOGLE,
            Kind.TPU,
            unit.size() == 1 ? name.value() : nameOf(unit.iterator().next()).value(),
            Optional.of(first.address()),
            first.pcieRoot(),
            first.numaNode(),
            attributes,
            capacities,
            own);
    int index = List.copyOf(slots).indexOf(slot);
    return new TpuChip(common, generation.id, index, generation.memoryBytes(), slots.size());
  }

  /** Nothing: sysfs knows no reading of a TPU, and a missing value is not zero. */
  @Override
  public Readings read(List<Device> devices) {
    return Readings.EMPTY;
  }

  /** Looks whether each function is still on the bus: one look-up each. */
  @Override
  public List<Signal> signals() {
    for (Known chip : usable.values()) {
      for (PciFunction function : chip.functions) {
        if (!pci.present(function.address())) {
          lose(chip.device.name(), "PCI function " + function.address() + " has left the bus");
        }
      }
    }
    List<Signal> now = List.copyOf(pending);
    pending.clear();
    return now;
  }

  @Override
  public void close() {
    usable.clear();
  }
}
