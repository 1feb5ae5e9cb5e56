package dev.acceld.probe.amd;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.PciAddress;
import dev.acceld.device.Readings;
import dev.acceld.device.Sample;
import dev.acceld.host.DrmNodes;
import dev.acceld.host.HostFs;
import dev.acceld.host.PciDevices;
import dev.acceld.host.PciFunction;
import dev.acceld.pcie.PcieWatch;
import dev.acceld.probe.Discovery;
import dev.acceld.probe.Probe;
import dev.acceld.probe.ProbeUnavailableException;
import dev.acceld.probe.Signal;
import dev.acceld.probe.amd.sampling.GpuSampler;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Finds AMD's GPUs on the PCI bus and reads them, all by sysfs; it opens no device. A GPU is named
 * after its PCI function, {@code amd-0000-05-00-0}: numbers of files below {@code /dev/dri} change
 * over reboots, a place does not.
 *
 * <p>A GPU that was usable before and is not any more stays in the list, with a {@link Signal.Lost}
 * that says why; one that never was usable is counted and not offered.
 */
final class AmdProbe implements Probe {
  private final HostFs host;
  private final AmdOptions options;
  private final PciDevices pci;
  private final AmdGpus gpus;
  private final AmdPartitions partitions;
  private final AmdFiles files;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final PcieWatch pcie;

  /** Used again for each look. */
  private final Sample.Builder sample = new Sample.Builder();

  private final Map<PciAddress, Known> usable = new LinkedHashMap<>();
  private final Set<DeviceName> lost = new HashSet<>();
  private final List<Signal> pending = new ArrayList<>();

  private static final class Known {
    private Gpu device;
    private final GpuSampler sampler;
    private Sample last = Sample.EMPTY;

    private Known(Gpu device, GpuSampler sampler) {
      this.device = device;
      this.sampler = sampler;
    }
  }

  /** Has looked at nothing yet. */
  AmdProbe(HostFs host, AmdOptions options) {
    this(host, options, InstantSource.system(), System::nanoTime);
  }

  /** On other clocks. */
  AmdProbe(HostFs host, AmdOptions options, InstantSource clock, LongSupplier nanos) {
    this.host = host;
    this.options = options;
    this.clock = clock;
    this.nanos = nanos;
    pci = new PciDevices(host);
    gpus = new AmdGpus(host, pci);
    partitions = new AmdPartitions(host);
    files = new AmdFiles(host, pci, partitions);
    pcie = new PcieWatch(pci, clock, nanos);
  }

  @Override
  public String name() {
    return "amd";
  }

  @Override
  public Discovery discover() throws ProbeUnavailableException {
    Map<PciAddress, KfdNode> kfd = KfdTopology.gpus(host);
    AmdGpus.Found found = gpus.find(kfd, options.integrated(), usable.keySet());
    Set<PciAddress> places =
        found.offered().stream().map(PciFunction::address).collect(Collectors.toSet());
    usable.keySet().retainAll(places);
    partitions.retain(places);
    if (found.offered().isEmpty()) {
      throw new ProbeUnavailableException(nothing(found));
    }
    AmdDevices make = new AmdDevices(host, pci, partitions, kfd);
    List<Device> devices = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    Map<DeviceName, String> unusable = new HashMap<>();
    for (PciFunction function : found.offered()) {
      DeviceName name = AmdGpus.nameOf(function.address());
      try {
        devices.add(look(make, function, devices.size()));
        if (lost.remove(name)) {
          pending.add(new Signal.Answers(name, clock.instant()));
        }
      } catch (AmdFiles.UnusableGpuException e) {
        String why = String.valueOf(e.getMessage());
        problems.add(name + ": " + why);
        Known before = usable.get(function.address());
        if (before == null) {
          unusable.put(name, why);
          devices.add(make.broken(function));
        } else {
          lose(name, why);
          devices.add(before.device);
        }
      }
    }
    return new Discovery(devices, problems, unusable);
  }

  private static String nothing(AmdGpus.Found found) {
    if (found.integrated().isEmpty() && !found.displays().isEmpty()) {
      return "no AMD GPU on this machine but display controllers that the compute driver does not"
          + " know ("
          + addresses(found.displays())
          + ")";
    }
    if (found.integrated().isEmpty()) {
      return "no AMD GPU on this machine: /sys/bus/pci/devices has no display controller or"
          + " processing accelerator of vendor 0x1002";
    }
    return "no AMD GPU on this machine but graphics that are part of a processor ("
        + addresses(found.integrated())
        + "); --"
        + AmdOptions.INTEGRATED
        + "=true offers them";
  }

  private static String addresses(List<PciFunction> functions) {
    return functions.stream()
        .map(function -> function.address().toString())
        .collect(Collectors.joining(", "));
  }

  private Gpu look(AmdDevices make, PciFunction function, int index)
      throws AmdFiles.UnusableGpuException {
    PciAddress at = function.address();
    DrmNodes nodes = DrmNodes.of(host, at);
    Gpu gpu = make.gpu(function, index, nodes, files.of(function, nodes));
    Known known = usable.get(at);
    if (known == null) {
      usable.put(
          at,
          new Known(gpu, new GpuSampler(host, AmdGpus.directory(at), gpu.name(), pending::add)));
    } else {
      known.device = gpu;
      known.sampler.refresh();
    }
    return gpu;
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
    usable.forEach((at, gpu) -> {
      DeviceName name = gpu.device.name();
      if (wanted.contains(name) && !lost.contains(name)) {
        Sample link = pcie.look(name, List.of(at));
        sample.clear().putAll(link);
        gpu.sampler.read(sample, clock.instant(), nanos.getAsLong());
        gpu.last = sample.build(gpu.last);
        if (!gpu.last.isEmpty()) {
          samples.put(name, gpu.last);
        }
      }
    });
    return new Readings(clock.instant(), samples);
  }

  /** Looks whether each GPU is still on the bus: two look-ups each. */
  @Override
  public List<Signal> signals() {
    usable.forEach((at, gpu) -> {
      if (!pci.present(at)) {
        lose(gpu.device.name(), "PCI function " + at + " has left the bus");
      } else if (pci.isSilent(at)) {
        lose(gpu.device.name(), AmdFiles.silent(at.toString()));
      }
    });
    List<Signal> now = new ArrayList<>(pending);
    pending.clear();
    now.addAll(pcie.drain());
    return now;
  }

  @Override
  public void close() {
    usable.clear();
  }
}
