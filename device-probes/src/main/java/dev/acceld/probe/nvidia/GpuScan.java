package dev.acceld.probe.nvidia;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.MigDevice;
import dev.acceld.device.PciAddress;
import dev.acceld.probe.Discovery;
import dev.acceld.probe.Releases.Released;
import dev.acceld.probe.nvidia.mig.MigCallFailed;
import dev.acceld.probe.nvidia.mig.MigScan;
import dev.acceld.probe.nvidia.nvml.NvmlReturn;
import dev.acceld.probe.nvidia.nvml.Symbol;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Goes through the GPUs of one session and remembers, from one scan to the next, which there were.
 * A GPU that fails costs only itself and is named among the problems.
 */
final class GpuScan {
  private static final Comparator<Device> ORDER =
      Comparator.comparing(
              (Device d) -> d.common().pci().orElse(new PciAddress(Long.MAX_VALUE, 0, 0, 0)))
          .thenComparing(Device::name);

  private final PciGpus pci;
  private final GpuDevices devices;
  private final MigScan mig;
  private final Trouble trouble;
  private final NvLinkTopology links = new NvLinkTopology();
  private final Memory out = new Memory(8);

  /** Every UUID seen by this process, so that a clash is told apart the same way every time. */
  private final Set<String> uuids = new HashSet<>();

  /** What was last known of each, for those that must not be looked at. */
  private final Map<DeviceName, MigScan.Found> known = new HashMap<>();

  private final Set<PciAddress> listed = new HashSet<>();

  private record Found(int index, Pointer pointer) {}

  private record Usable(Pointer pointer, GpuIdentity identity) {}

  GpuScan(PciGpus pci, GpuDevices devices, MigScan mig, Trouble trouble) {
    this.pci = pci;
    this.devices = devices;
    this.mig = mig;
    this.trouble = trouble;
  }

  /**
   * One scan.
   *
   * @param released GPUs that must not be touched
   * @throws CallFailed when the library as a whole does not answer
   */
  Discovery scan(NvmlSession session, IdentityReader reader, Released released, Instant now)
      throws CallFailed {
    List<String> problems = new ArrayList<>();
    Map<String, Found> found =
        released.isEmpty()
            ? list(session, reader, problems)
            : others(session, reader, released, problems);
    uuids.addAll(found.keySet());
    Map<String, DeviceName> names = DeviceNames.of(uuids);
    DriverVersions versions = reader.versions();
    Map<DeviceName, Usable> usable = new LinkedHashMap<>();
    Set<DeviceName> answering = new HashSet<>();
    listed.clear();
    for (Map.Entry<String, Found> entry : found.entrySet()) {
      DeviceName name = Objects.requireNonNull(names.get(entry.getKey()));
      Found gpu = entry.getValue();
      answering.add(name);
      session.keep(name, gpu.pointer);
      try {
        GpuIdentity identity = reader.read(gpu.index, gpu.pointer, entry.getKey());
        identity.pci().ifPresent(listed::add);
        String obstacle = obstacle(identity);
        if (obstacle.isEmpty()) {
          usable.put(name, new Usable(gpu.pointer, identity));
        } else {
          problems.add(name + ": " + obstacle);
        }
        if (identity.pci().filter(pci::gone).isPresent()) {
          answering.remove(name);
          trouble.lost(name, now, obstacle);
        }
      } catch (CallFailed e) {
        failed(name, e, problems, now);
      }
    }
    session.retain(answering);
    List<MigScan.Found> there = offers(session, usable, versions, problems, now);
    there.addAll(released(released, problems, now));
    for (DeviceName name : known.keySet()) {
      if (!answering.contains(name) && !released.holds(name)) {
        trouble.lost(name, now, "NVIDIA's driver does not give access to it any more");
      }
    }
    return new Discovery(inOrder(there), problems);
  }

  /**
   * Whole GPUs and partitions that there are first, by their place on the bus. Then what can be
   * made, the last GPU's first: so whole GPUs stay free at the front while others are cut up.
   */
  private static List<Device> inOrder(List<MigScan.Found> found) {
    found.sort((a, b) -> ORDER.compare(a.whole(), b.whole()));
    List<Device> devices = new ArrayList<>();
    for (MigScan.Found gpu : found) {
      devices.add(gpu.whole());
      gpu.partitions().stream().filter(part -> !part.onDemand()).forEach(devices::add);
    }
    for (MigScan.Found gpu : found.reversed()) {
      gpu.partitions().stream().filter(MigDevice::onDemand).forEach(devices::add);
    }
    return devices;
  }

  private MigScan.Found partitions(NvmlSession session, Pointer pointer, Gpu gpu)
      throws CallFailed {
    try {
      int architecture =
          session.nvml().get(Symbol.ARCHITECTURE, pointer, out).ok() ? out.getInt(0) : 0;
      return mig.look(session.nvml(), pointer, gpu, architecture);
    } catch (MigCallFailed e) {
      throw new CallFailed(e.symbol().function(), e.answer());
    }
  }

  /** Once all have been asked, for each is published with its place among the others. */
  private List<MigScan.Found> offers(
      NvmlSession session,
      Map<DeviceName, Usable> usable,
      DriverVersions versions,
      List<String> problems,
      Instant now)
      throws CallFailed {
    for (Usable gpu : usable.values()) {
      GpuTraits traits = gpu.identity.traits();
      gpu.identity.pci().ifPresent(at -> links.add(at, traits.links(), traits.fabric()));
    }
    List<MigScan.Found> there = new ArrayList<>();
    for (Map.Entry<DeviceName, Usable> entry : usable.entrySet()) {
      DeviceName name = entry.getKey();
      GpuIdentity gpu = entry.getValue().identity;
      Gpu whole =
          devices.device(
              name, gpu, gpu.minor().orElseThrow(), versions, gpu.pci().flatMap(links::of));
      try {
        MigScan.Found offer = partitions(session, entry.getValue().pointer, whole);
        problems.addAll(offer.problems());
        there.add(offer);
        known.put(name, offer);
      } catch (CallFailed e) {
        failed(name, e, problems, now);
      }
    }
    return there;
  }

  private void failed(DeviceName name, CallFailed e, List<String> problems, Instant now)
      throws CallFailed {
    unlessStale(e);
    problems.add(name + ": " + e.getMessage());
    if (e.answer() == NvmlReturn.GPU_IS_LOST) {
      trouble.lost(name, now, e.getMessage());
    }
  }

  /** All GPUs are released: what was known of them before. */
  Discovery released(Released released, Instant now) {
    List<String> problems = new ArrayList<>();
    List<MigScan.Found> there = released(released, problems, now);
    return new Discovery(inOrder(there), problems);
  }

  private List<MigScan.Found> released(Released released, List<String> problems, Instant now) {
    Map<DeviceName, MigScan.Found> kept = new HashMap<>(known);
    kept.keySet().removeIf(name -> !released.holds(name));
    trouble.released(kept.keySet(), now);
    for (DeviceName name : released.devices().keySet()) {
      if (!kept.containsKey(name)) {
        problems.add(
            name + ": released before it was looked at; 'acceld release --back' ends that");
      }
    }
    return new ArrayList<>(kept.values());
  }

  /** The GPUs of the bus but for those that are released: a list by index would open each. */
  private Map<String, Found> others(
      NvmlSession session, IdentityReader reader, Released released, List<String> problems)
      throws CallFailed {
    Map<String, Found> found = new LinkedHashMap<>();
    int index = 0;
    for (PciAddress address : new TreeSet<>(pci.bound())) {
      if (!released.devices().containsValue(Optional.of(address))) {
        try {
          NvmlReturn answer = session.nvml().deviceByPci(address.toString(), out);
          if (!answer.ok()) {
            throw new CallFailed(Symbol.DEVICE_BY_PCI.function(), answer);
          }
          Pointer pointer = Objects.requireNonNull(out.getPointer(0));
          add(found, reader.uuid(pointer), index, pointer, problems);
        } catch (CallFailed e) {
          unlessStale(e);
          problems.add("GPU at " + address + ": " + e.getMessage());
        }
      }
      index++;
    }
    return found;
  }

  /** Why a GPU that answers cannot be offered; empty when it can. */
  private String obstacle(GpuIdentity gpu) {
    if (gpu.pci().filter(pci::gone).isPresent()) {
      return "PCI function " + gpu.pci().get() + " has left the bus";
    }
    if (gpu.minor().isEmpty()) {
      return "the driver tells no minor number, so its device file is unknown";
    }
    return "";
  }

  /** The PCI functions that the library listed in the last scan. */
  Set<PciAddress> listed() {
    return listed;
  }

  private Map<String, Found> list(NvmlSession session, IdentityReader reader, List<String> problems)
      throws CallFailed {
    NvmlReturn answer = session.nvml().deviceCount(out);
    if (!answer.ok()) {
      throw new CallFailed(Symbol.DEVICE_COUNT.function(), answer);
    }
    int count = out.getInt(0);
    Map<String, Found> found = new LinkedHashMap<>();
    for (int index = 0; index < count; index++) {
      try {
        Pointer pointer = handle(session, index);
        add(found, reader.uuid(pointer), index, pointer, problems);
      } catch (CallFailed e) {
        unlessStale(e);
        problems.add("GPU at index " + index + ": " + e.getMessage());
      }
    }
    return found;
  }

  private static void add(
      Map<String, Found> found, String uuid, int index, Pointer pointer, List<String> problems) {
    if (!DeviceNames.usable(uuid)) {
      problems.add("GPU at index " + index + ": its UUID '" + uuid + "' is malformed");
    } else if (found.putIfAbsent(uuid, new Found(index, pointer)) != null) {
      problems.add("GPU at index " + index + ": its UUID " + uuid + " is another GPU's, too");
    }
  }

  private Pointer handle(NvmlSession session, int index) throws CallFailed {
    NvmlReturn answer = session.nvml().deviceByIndex(index, out);
    Pointer pointer = out.getPointer(0);
    if (!answer.ok() || pointer == null) {
      throw new CallFailed(Symbol.DEVICE_BY_INDEX.function(), answer);
    }
    return pointer;
  }

  private static void unlessStale(CallFailed e) throws CallFailed {
    if (e.answer().stale()) {
      throw e;
    }
  }
}
