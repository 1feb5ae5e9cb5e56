package dev.acceld.probe.nvidia.discovery;

import com.sun.jna.Pointer;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.PciAddress;
import dev.acceld.probe.Discovery;
import dev.acceld.probe.Releases.Released;
import dev.acceld.probe.nvidia.mig.MigScan;
import dev.acceld.probe.nvidia.nvml.NvmlReturn;
import dev.acceld.probe.nvidia.session.DeviceCalls;
import dev.acceld.probe.nvidia.session.DeviceHangsException;
import dev.acceld.probe.nvidia.session.NvmlCallException;
import dev.acceld.probe.nvidia.session.NvmlSession;
import dev.acceld.probe.nvidia.signals.SignalTracker;
import java.time.Instant;
import java.util.ArrayList;
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
public final class GpuScan {
  private final PciGpus pci;
  private final GpuDevices devices;
  private final MigScan mig;
  private final SignalTracker trouble;
  private final BrokenGpus broken;
  private final NvLinkTopology links = new NvLinkTopology();
  private final DeviceCalls calls;

  /** Every UUID seen by this process, so that a clash is told apart the same way every time. */
  private final Set<String> uuids = new HashSet<>();

  /** What was last known of each, for those that must not be looked at. */
  private final Map<DeviceName, MigScan.Found> known = new HashMap<>();

  private final Set<PciAddress> listed = new HashSet<>();

  private record Usable(Pointer pointer, GpuIdentity identity) {}

  /**
   * Knows no GPU yet.
   *
   * @param broken makes the devices for GPUs that are there and cannot be used
   * @param trouble is told which GPUs are lost, hang, are released or were reset
   * @param calls makes the calls about each GPU, so that one that hangs does not hold up the others
   */
  public GpuScan(
      PciGpus pci,
      GpuDevices devices,
      BrokenGpus broken,
      MigScan mig,
      SignalTracker trouble,
      DeviceCalls calls) {
    this.calls = calls;
    this.pci = pci;
    this.broken = broken;
    this.devices = devices;
    this.mig = mig;
    this.trouble = trouble;
  }

  /**
   * One scan.
   *
   * @param released GPUs that must not be touched
   * @throws NvmlCallException when the library as a whole does not answer
   */
  public Discovery scan(
      NvmlSession session, DeviceReaders instruments, Released released, Instant now)
      throws NvmlCallException {
    ScanNotes notes = ScanNotes.empty();
    List<String> problems = notes.problems();
    GpuList list = new GpuList(session, instruments, calls, this::uuid, problems);
    Map<String, ListedGpu> found = released.isEmpty() ? list.all() : list.but(released, places());
    List<String> unopened = List.copyOf(problems);
    uuids.addAll(found.keySet());
    Map<String, DeviceName> names = DeviceNames.of(uuids);
    DriverVersions versions = instruments.reader().versions();
    List<MigScan.Found> hung = new ArrayList<>();
    Map<DeviceName, Usable> usable = new LinkedHashMap<>();
    Set<DeviceName> answering = new HashSet<>();
    listed.clear();
    int nowhere = 0;
    for (Map.Entry<String, ListedGpu> entry : found.entrySet()) {
      DeviceName name = Objects.requireNonNull(names.get(entry.getKey()));
      ListedGpu gpu = entry.getValue();
      answering.add(name);
      session.keep(name, entry.getKey(), gpu.pointer(), calls);
      try {
        IdentityReader reader = instruments.reader();
        GpuIdentity identity =
            calls.about(name, () -> reader.read(gpu.index(), gpu.pointer(), entry.getKey()));
        identity.pci().ifPresent(listed::add);
        nowhere += identity.pci().isPresent() ? 0 : 1;
        if (identity.pci().filter(pci::gone).isPresent()) {
          String gone = "PCI function " + identity.pci().get() + " has left the bus";
          problems.add(name + ": " + gone);
          answering.remove(name);
          trouble.lost(name, now, gone);
        } else if (devices.file(identity).isEmpty()) {
          notes.cannotUse(
              name, "the driver reports no minor number, so its device file is unknown");
        } else {
          usable.put(name, new Usable(gpu.pointer(), identity));
        }
      } catch (DeviceHangsException e) {
        hangs(name, e, notes, now).ifPresent(hung::add);
        nowhere += isNowhere(name, entry.getKey()) ? 1 : 0;
      } catch (NvmlCallException e) {
        failed(name, e, notes, now);
        nowhere += isNowhere(name, entry.getKey()) ? 1 : 0;
      }
    }
    session.retain(answering, calls);
    session.listen(calls);
    notes.deaf(session);
    notes.withoutOperationalEvents(session);
    List<MigScan.Found> there = offers(session, usable, versions, notes, now);
    there.addAll(hung);
    for (String uuid : found.keySet()) {
      DeviceName name = Objects.requireNonNull(names.get(uuid));
      if (notes.unusable().containsKey(name)) {
        unusable(name, Optional.of(uuid), pci.find(uuid), versions, notes).ifPresent(there::add);
      }
    }
    there.addAll(unlisted(found.keySet(), nowhere, released, unopened, versions, notes));
    there.addAll(released(released, problems, now));
    for (DeviceName name : known.keySet()) {
      if (!answering.contains(name) && !released.holds(name)) {
        trouble.lost(name, now, "NVIDIA's driver no longer gives access to it");
      }
    }
    return new Discovery(GpuOffers.inOrder(there), problems, notes.unusable());
  }

  /** Whether neither an earlier scan nor the kernel driver tells where the GPU is. */
  private boolean isNowhere(DeviceName name, String uuid) {
    return !known.containsKey(name) && pci.find(uuid).isEmpty();
  }

  /** Where there are GPUs, by all that is known. */
  private Set<PciAddress> places() {
    Set<PciAddress> all = pci.driven();
    known.values().forEach(gpu -> gpu.whole().common().pci().ifPresent(all::add));
    return all;
  }

  /** A GPU that is there without being usable: what was known of it, or else a placeholder. */
  private Optional<MigScan.Found> unusable(
      DeviceName name,
      Optional<String> uuid,
      Optional<PciAddress> address,
      DriverVersions versions,
      ScanNotes notes) {
    MigScan.Found before = known.get(name);
    if (before != null) {
      String why = Objects.requireNonNull(notes.unusable().get(name));
      before.partitions().forEach(part -> notes.unusable().put(part.name(), why));
      return Optional.empty(); // missing, with all that is known of it
    }
    Gpu gpu = broken.device(name, uuid, address, versions.driver());
    return Optional.of(new MigScan.Found(gpu, List.of(), List.of()));
  }

  /**
   * GPUs that the kernel driver has and the library does not give.
   *
   * @param nowhere how many the library gives without saying where they are
   */
  private List<MigScan.Found> unlisted(
      Set<String> given,
      int nowhere,
      Released released,
      List<String> unopened,
      DriverVersions versions,
      ScanNotes notes) {
    Set<PciAddress> idle = pci.idle();
    Set<PciAddress> open = new TreeSet<>(pci.driven());
    open.addAll(idle);
    open.removeAll(listed);
    notes.unusable().keySet().stream() // why is noted already
        .map(known::get)
        .filter(Objects::nonNull)
        .forEach(gpu -> gpu.whole().common().pci().ifPresent(open::remove));
    open.removeIf(at ->
        pci.excluded(at)
            || released.devices().containsValue(Optional.of(at))
            || pci.uuid(at).filter(given::contains).isPresent());
    if (open.size() <= nowhere) {
      return List.of();
    }
    List<MigScan.Found> all = new ArrayList<>();
    for (PciAddress at : open) {
      String why = BrokenGpus.why(at, idle.contains(at), unopened);
      Optional<String> uuid = pci.uuid(at);
      DeviceName name =
          known.entrySet().stream()
              .filter(k -> k.getValue().whole().common().pci().filter(at::equals).isPresent())
              .map(Map.Entry::getKey)
              .findFirst()
              .orElseGet(() -> uuid.map(this::name).orElse(BrokenGpus.nameOf(at)));
      notes.cannotUse(name, why);
      unusable(name, uuid, Optional.of(at), versions, notes).ifPresent(all::add);
    }
    return all;
  }

  private DeviceName name(String uuid) {
    Set<String> all = new HashSet<>(uuids);
    all.add(uuid);
    return Objects.requireNonNull(DeviceNames.of(all).get(uuid));
  }

  /** Once all have been asked, for each is published with its place among the others. */
  private List<MigScan.Found> offers(
      NvmlSession session,
      Map<DeviceName, Usable> usable,
      DriverVersions versions,
      ScanNotes notes,
      Instant now)
      throws NvmlCallException {
    for (Usable gpu : usable.values()) {
      GpuCapabilities traits = gpu.identity.traits();
      gpu.identity.pci().ifPresent(at -> links.add(at, traits.links(), traits.fabric()));
    }
    List<MigScan.Found> there = new ArrayList<>();
    for (Map.Entry<DeviceName, Usable> entry : usable.entrySet()) {
      DeviceName name = entry.getKey();
      GpuIdentity gpu = entry.getValue().identity;
      Gpu whole =
          devices.device(
              name, gpu, devices.file(gpu).orElseThrow(), versions, gpu.pci().flatMap(links::of));
      try {
        Pointer pointer = entry.getValue().pointer;
        MigScan.Found offer =
            calls.about(name, () -> GpuOffers.partitions(mig, session, pointer, whole));
        notes.problems().addAll(offer.problems());
        there.add(offer);
        known.put(name, offer);
      } catch (DeviceHangsException e) {
        hangs(name, e, notes, now).ifPresent(there::add);
      } catch (NvmlCallException e) {
        failed(name, e, notes, now);
      }
    }
    return there;
  }

  /** A device that is known stays as it is known; what its health says keeps pods off. */
  private Optional<MigScan.Found> hangs(
      DeviceName name, DeviceHangsException e, ScanNotes notes, Instant now) {
    trouble.hangs(name, now, e.getMessage());
    MigScan.Found before = known.get(name);
    if (before == null) {
      notes.cannotUse(name, e.getMessage());
      return Optional.empty();
    }
    notes.problems().add(name + ": " + e.getMessage());
    before.whole().common().pci().ifPresent(listed::add);
    return Optional.of(before);
  }

  private Optional<String> uuid(DeviceName name) {
    return Optional.ofNullable(known.get(name)).map(gpu -> gpu.whole().uuid());
  }

  private void failed(DeviceName name, NvmlCallException e, ScanNotes notes, Instant now)
      throws NvmlCallException {
    unlessStale(e);
    notes.cannotUse(name, e.getMessage());
    if (e.answer() == NvmlReturn.GPU_IS_LOST) {
      trouble.lost(name, now, e.getMessage());
    }
  }

  /** The driver was unloaded and is back: that has reset all GPUs. */
  public void reset(Instant now) {
    trouble.reset(known.keySet(), now);
  }

  /** All GPUs are released: what was known of them before. */
  public Discovery released(Released released, Instant now) {
    List<String> problems = new ArrayList<>();
    List<MigScan.Found> there = released(released, problems, now);
    return new Discovery(GpuOffers.inOrder(there), problems);
  }

  private List<MigScan.Found> released(Released released, List<String> problems, Instant now) {
    Map<DeviceName, MigScan.Found> kept = new HashMap<>(known);
    kept.keySet().removeIf(name -> !released.holds(name));
    trouble.released(kept.keySet(), now);
    for (DeviceName name : released.devices().keySet()) {
      if (!kept.containsKey(name)) {
        problems.add(
            name + ": released before it was discovered; 'acceld release --back' takes it back");
      }
    }
    return new ArrayList<>(kept.values());
  }

  /** The PCI functions that the library listed in the last scan. */
  public Set<PciAddress> listed() {
    return listed;
  }

  static void unlessStale(NvmlCallException e) throws NvmlCallException {
    if (e.answer().stale()) {
      throw e;
    }
  }
}
