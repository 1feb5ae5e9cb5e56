package dev.acceld.probe.intel;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.Metric;
import dev.acceld.device.PciAddress;
import dev.acceld.device.Readings;
import dev.acceld.device.Sample;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.health.intel.IntelHealthRules;
import dev.acceld.host.DrmNodes;
import dev.acceld.host.HostFs;
import dev.acceld.host.PciDevices;
import dev.acceld.host.PciFunction;
import dev.acceld.pcie.PcieWatch;
import dev.acceld.probe.Discovery;
import dev.acceld.probe.Probe;
import dev.acceld.probe.ProbeUnavailableException;
import dev.acceld.probe.Signal;
import dev.acceld.probe.intel.drm.DrmQuery;
import dev.acceld.probe.intel.drm.DrmQuery.CardMemory;
import dev.acceld.probe.intel.drm.DrmQuery.Unknown;
import dev.acceld.probe.intel.drm.DrmQuery.Wedged;
import dev.acceld.reset.VirtualFunctions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds Intel's discrete GPUs on the PCI bus, and reads them in sysfs. The driver is asked how much
 * memory a GPU has and uses, which is also how a wedged GPU is noticed. A GPU that was usable
 * before and is not any more stays in the list, with a {@link Signal.Lost} that says why; one that
 * never was usable is counted and not offered.
 */
final class IntelProbe implements Probe {
  private final HostFs host;
  private final DrmQuery query;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final PciDevices pci;
  private final IntelNodes nodes;
  private final IntelDevices make;
  private final SurvivabilityWatch survivability;
  private final LocalMemoryCheck memories;
  private final PcieWatch pcie;
  private final Map<PciAddress, KnownGpu> known = new HashMap<>();
  private final Set<DeviceName> lost = new HashSet<>();
  private final List<Signal> pending = new ArrayList<>();

  /** Used again for each look. */
  private final Sample.Builder sample = new Sample.Builder();

  /** Has looked at nothing yet. */
  IntelProbe(HostFs host, DrmQuery query, InstantSource clock, LongSupplier nanos) {
    this.host = host;
    this.query = query;
    this.clock = clock;
    this.nanos = nanos;
    this.pci = new PciDevices(host);
    this.nodes = new IntelNodes(host, pci);
    this.make = new IntelDevices(host, pci);
    this.survivability = new SurvivabilityWatch(nodes);
    this.memories = new LocalMemoryCheck(host, query);
    this.pcie = new PcieWatch(pci, clock, nanos);
  }

  @Override
  public String name() {
    return "intel";
  }

  @Override
  public Discovery discover() throws ProbeUnavailableException {
    IntelBus bus = IntelBus.look(host, pci).integrating(this::isIntegrated);
    known
        .keySet()
        .retainAll(bus.gpus().stream().map(PciFunction::address).collect(Collectors.toSet()));
    if (bus.gpus().isEmpty()) {
      throw new ProbeUnavailableException(
          Stream.concat(Stream.of("no discrete Intel GPU on this machine"), bus.leftOut().stream())
              .collect(Collectors.joining("; ")));
    }
    List<Device> devices = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    Map<DeviceName, String> unusable = new HashMap<>();
    for (PciFunction gpu : bus.gpus()) {
      DeviceName name = IntelDevices.nameOf(gpu.address());
      try {
        KnownGpu now = usable(gpu, devices.size(), nodes.of(gpu));
        known.put(gpu.address(), now);
        if (lost.remove(name)) {
          pending.add(new Signal.Answers(name, clock.instant()));
        }
        Optional<String> shared = shared(gpu.address());
        shared.ifPresent(why -> problems.add(name + ": " + why));
        devices.add(
            shared.isEmpty() ? now.device : now.device.with(now.device.common().withheld()));
      } catch (UnusableGpuException e) {
        String why = String.valueOf(e.getMessage());
        problems.add(name + ": " + why);
        KnownGpu before = known.get(gpu.address());
        if (before == null) {
          unusable.put(name, why);
          Gpu bare = make.gpu(gpu, gpu.address(), devices.size(), 0, List.of());
          devices.add(bare.with(bare.common().withheld()));
        } else {
          lose(name, why);
          devices.add(before.device);
        }
      }
    }
    return new Discovery(devices, problems, unusable);
  }

  /** Nobody is asked about a card that has told of its memory before. */
  private boolean isIntegrated(PciFunction gpu) {
    KnownGpu before = known.get(gpu.address());
    boolean isCard = before != null && before.id == gpu.device() && before.device.memoryBytes() > 0;
    return !isCard && memories.isWithout(gpu);
  }

  /** Why a GPU that works is given to nobody anew: those of its virtual functions use it, too. */
  private Optional<String> shared(PciAddress at) {
    long count = VirtualFunctions.count(host, at);
    return count == 0
        ? Optional.empty()
        : Optional.of(
            at
                + " has virtual functions ("
                + count
                + "), which share it; remove them to have it offered: write 0 to "
                + IntelNodes.directory(at)
                + "/sriov_numvfs");
  }

  private KnownGpu usable(PciFunction gpu, int index, DrmNodes drm) {
    PciAddress at = gpu.address();
    String driver = gpu.driver().orElse("");
    String directory = IntelNodes.directory(at);
    KnownGpu.Layout layout =
        new KnownGpu.Layout(
            host.identity(directory + "/drm/card" + drm.card().orElse(0)),
            driver,
            IntelSensors.directory(host, directory, driver).orElse(""));
    KnownGpu last = known.get(at);
    if (last != null && layout.isAnew(last.layout)) {
      pending.add(new Signal.Reset(last.name(), clock.instant()));
    }
    KnownGpu before = last != null && last.id == gpu.device() ? last : null; // else another card
    boolean same = before != null && before.layout.equals(layout);
    long memory = before == null ? 0 : before.device.memoryBytes();
    if (!same || memory == 0) {
      memory = memory(at, driver, drm, memory);
    }
    List<PciAddress> functions =
        before == null ? CardPort.functions(host, pci, at) : before.functions;
    List<DeviceFile> files =
        Stream.concat(drm.renderFile().stream(), drm.cardFile().stream()).toList();
    Gpu device = make.gpu(gpu, functions.getFirst(), index, memory, files);
    if (same && before != null) {
      before.device = device;
      before.fineTold = false;
      return before;
    }
    return new KnownGpu(
        device, gpu, functions, layout, new IntelSampler(host, at, driver, drm.card()));
  }

  /** What is known does not get lost: a card keeps its memory. */
  private long memory(PciAddress at, String driver, DrmNodes drm, long before) {
    if (drm.renderFile().isPresent()
        && query.ask(driver, drm.renderFile().get()) instanceof CardMemory told
        && told.total() > 0) {
      return told.total();
    }
    return CardMemoryFiles.total(host, at, drm.card()).orElse(before);
  }

  private void lose(DeviceName name, String why) {
    if (lost.add(name)) {
      pending.add(new Signal.Lost(name, clock.instant(), why));
    }
  }

  @Override
  public Readings read(List<Device> devices) {
    Set<DeviceName> wanted = devices.stream().map(Device::name).collect(Collectors.toSet());
    Map<DeviceName, Sample> samples = new HashMap<>();
    for (KnownGpu gpu : known.values()) {
      if (wanted.contains(gpu.name()) && !lost.contains(gpu.name())) {
        gpu.last = look(gpu);
        if (!gpu.last.isEmpty()) {
          samples.put(gpu.name(), gpu.last);
        }
      }
    }
    return new Readings(clock.instant(), samples);
  }

  private Sample look(KnownGpu gpu) {
    sample.clear();
    if (gpu.device.memoryBytes() > 0) {
      sample.put(Metric.MEMORY_TOTAL, gpu.device.memoryBytes());
    }
    if (gpu.sampler.isSuspended()) {
      gpu.sampler.skip(sample); // the link's files wake it, too
      return sample.build(gpu.last);
    }
    switch (gpu.sampler.read(sample, nanos.getAsLong())) {
      case MORE ->
          pending.add(
              new Signal.Fault(gpu.name(), clock.instant(), IntelHealthRules.UNCORRECTABLE));
      case ANEW -> pending.add(new Signal.Reset(gpu.name(), clock.instant()));
      case NONE -> {}
    }
    ask(gpu);
    sample.putAll(pcie.look(gpu.name(), gpu.functions));
    return sample.build(gpu.last);
  }

  private void ask(KnownGpu gpu) {
    switch (query.ask(gpu.layout.driver(), gpu.device.common().files().getFirst())) {
      case CardMemory memory -> {
        // i915 answers this question of a wedged GPU, too: its answer is no sign of health.
        if (gpu.layout.driver().equals("xe") && (gpu.wedged || !gpu.fineTold)) {
          gpu.wedged = false;
          gpu.fineTold = true;
          pending.add(new Signal.FaultOver(gpu.name(), clock.instant(), IntelHealthRules.WEDGED));
        }
        if (memory.total() > 0) {
          sample.put(Metric.MEMORY_TOTAL, memory.total());
        }
        if (memory.used() > 0) { // a driver uses some: 0 says that it must not tell
          sample.put(Metric.MEMORY_USED, memory.used());
          sample.put(Metric.MEMORY_FREE, memory.total() - memory.used());
        }
      }
      case Wedged _ -> {
        if (!gpu.wedged) {
          gpu.wedged = true;
          pending.add(new Signal.Fault(gpu.name(), clock.instant(), IntelHealthRules.WEDGED));
        }
      }
      case Unknown _ -> {}
    }
  }

  /** Looks whether each GPU is still on the bus, and what its driver says of its firmware. */
  @Override
  public List<Signal> signals() {
    for (KnownGpu gpu : known.values()) {
      if (!pci.present(gpu.at)) {
        lose(gpu.name(), "PCI function " + gpu.at + " has left the bus");
      } else if (pci.isSilent(gpu.at)) {
        lose(gpu.name(), IntelNodes.silent(gpu.at));
      }
      survivability.look(gpu.name(), gpu.at, clock.instant()).ifPresent(pending::add);
    }
    List<Signal> now = new ArrayList<>(pending);
    pending.clear();
    now.addAll(pcie.drain());
    return now;
  }

  @Override
  public void close() {
    known.clear();
  }
}
