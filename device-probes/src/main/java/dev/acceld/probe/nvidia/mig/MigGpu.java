package dev.acceld.probe.nvidia.mig;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.acceld.device.MigDevice;
import dev.acceld.device.PciAddress;
import dev.acceld.probe.ControlFailedException;
import dev.acceld.probe.ProbeFailedException;
import dev.acceld.probe.ProbeUnavailableException;
import dev.acceld.probe.nvidia.mig.MigSteps.Step;
import dev.acceld.probe.nvidia.nvml.MigLayout;
import dev.acceld.probe.nvidia.nvml.Nvml;
import dev.acceld.probe.nvidia.nvml.NvmlReturn;
import dev.acceld.probe.nvidia.nvml.ProcessLayout.ProcessInfo;
import dev.acceld.probe.nvidia.nvml.Symbol;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One GPU, opened to change its partitions. One thread; short-lived. */
final class MigGpu implements AutoCloseable {
  private static final int UUID_LENGTH = 96;
  private static final int MOST_PROCESSES = 64;

  private final Nvml nvml;
  private final Pointer gpu;
  private final String uuid;
  private final MigSteps steps;
  private final MigReader reader;
  private final Memory out = new Memory(8);
  private final Memory second = new Memory(8);
  private final Memory processes = new Memory((long) MOST_PROCESSES * ProcessInfo.SIZE);

  private MigGpu(Nvml nvml, Pointer gpu, String uuid, MigSteps steps) {
    this.nvml = nvml;
    this.gpu = gpu;
    this.uuid = uuid;
    this.steps = steps;
    this.reader = new MigReader(nvml, true);
  }

  /**
   * Opens the GPU with that UUID.
   *
   * @throws MigGoneException when there is no driver, or no such GPU that answers
   * @throws ControlFailedException when the library does not work
   */
  static MigGpu open(NvmlOpener opener, String uuid, MigSteps steps)
      throws MigGoneException, ControlFailedException {
    Nvml nvml;
    try {
      nvml = opener.open();
    } catch (ProbeUnavailableException e) {
      throw new MigGoneException(String.valueOf(e.getMessage()));
    } catch (ProbeFailedException e) {
      throw new ControlFailedException(String.valueOf(e.getMessage()));
    }
    Optional<Set<PciAddress>> only = opener.only();
    Pointer gpu = only.isPresent() ? find(nvml, uuid, only.get()) : find(nvml, uuid);
    if (gpu == null) {
      close(nvml);
      throw new MigGoneException(
          "NVIDIA's driver gives no access to "
              + uuid
              + (only.isPresent()
                  ? ", or it is released ('acceld release --back' takes it back)"
                  : ""));
    }
    return new MigGpu(nvml, gpu, uuid, steps);
  }

  /** One by one: asking by UUID fails as soon as any GPU of the node is lost. */
  private static @Nullable Pointer find(Nvml nvml, String uuid) {
    Memory out = new Memory(8);
    int count = nvml.deviceCount(out).ok() ? out.getInt(0) : 0;
    for (int index = 0; index < count; index++) {
      if (nvml.deviceByIndex(index, out).ok() && is(nvml, out.getPointer(0), uuid)) {
        return out.getPointer(0);
      }
    }
    return null;
  }

  /** A handle by index would open every GPU. */
  private static @Nullable Pointer find(Nvml nvml, String uuid, Set<PciAddress> only) {
    Memory out = new Memory(8);
    for (PciAddress address : only) {
      if (nvml.deviceByPci(address.toString(), out).ok() && is(nvml, out.getPointer(0), uuid)) {
        return out.getPointer(0);
      }
    }
    return null;
  }

  private static boolean is(Nvml nvml, Pointer gpu, String uuid) {
    Memory text = new Memory(UUID_LENGTH);
    return nvml.text(Symbol.UUID, gpu, text).ok() && Nvml.string(text, 0, UUID_LENGTH).equals(uuid);
  }

  String uuid() {
    return uuid;
  }

  /** The N of {@code /dev/nvidiaN} now; switching MIG mode may change it. */
  int minor() throws MigCallException {
    MigReader.check(Symbol.MINOR, nvml.get(Symbol.MINOR, gpu, out));
    return out.getInt(0);
  }

  /** A GPU that does not tell its mode is one whose partitions are not known. */
  boolean isOn() throws MigCallException {
    return reader
        .mode(gpu)
        .orElseThrow(() -> new MigCallException(Symbol.MIG_MODE, NvmlReturn.NOT_SUPPORTED))
        .on();
  }

  boolean hasProfile(int id) throws MigCallException {
    return reader.profiles(gpu).stream().anyMatch(p -> p.id() == id);
  }

  List<MigInstance> instances() throws MigCallException {
    return isOn() ? reader.instances(gpu, reader.profiles(gpu)) : List.of();
  }

  /** Switches MIG mode on, unless it is. */
  void switchOn() throws MigCallException, ControlFailedException {
    if (isOn()) {
      return;
    }
    if (!switchesAtOnce()) {
      throw new ControlFailedException(
          "MIG mode of "
              + uuid
              + " is off, and changing it on this GPU needs a reset: nvidia-smi -mig 1, then reset"
              + " the GPU");
    }
    set(true);
    steps.done(Step.MODE_ON);
  }

  /** Switches MIG mode off when nothing needs it; where a reset would be needed it stays on. */
  void switchOffIfUnused() throws MigCallException {
    try {
      if (isOn() && switchesAtOnce() && instances().isEmpty()) {
        set(false);
        steps.done(Step.MODE_OFF);
      }
    } catch (ControlFailedException e) {
      // It is pending now, and the GPU remains in MIG mode: a whole-GPU claim will say so.
    }
  }

  private void set(boolean on) throws MigCallException, ControlFailedException {
    MigReader.check(Symbol.SET_MIG_MODE, nvml.get(Symbol.SET_MIG_MODE, gpu, on ? 1 : 0, out));
    NvmlReturn activation = NvmlReturn.of(out.getInt(0));
    if (!activation.ok() || isOn() != on) {
      throw new ControlFailedException(
          "MIG mode of "
              + uuid
              + (on ? " cannot be enabled: " : " cannot be disabled: ")
              + activation
              + "; reset the GPU (nvidia-smi --gpu-reset) while nobody uses it");
    }
  }

  private boolean switchesAtOnce() {
    return nvml.get(Symbol.ARCHITECTURE, gpu, out).ok()
        && out.getInt(0) >= MigScan.SWITCHES_AT_ONCE;
  }

  /** Makes the partition, or what is missing of it. */
  MigInstance create(MigPartitionId partitionId) throws MigCallException, ControlFailedException {
    MigDevice.Shape shape = partitionId.shape();
    List<MigProfile> profiles = reader.profiles(gpu);
    MigProfile profile =
        profiles.stream()
            .filter(p -> p.id() == shape.profileId())
            .findFirst()
            .orElseThrow(() ->
                new ControlFailedException(
                    uuid + " has no MIG profile " + shape.profileId() + " with this driver"));
    Optional<MigInstance> there = find(partitionId, profiles);
    if (there.isEmpty()) {
      second.setInt(MigLayout.Placement.START, shape.start());
      second.setInt(MigLayout.Placement.LENGTH, shape.size());
      MigReader.check(
          Symbol.CREATE_GPU_INSTANCE,
          nvml.get(Symbol.CREATE_GPU_INSTANCE, gpu, profile.id(), second, out));
      steps.done(Step.GPU_INSTANCE_MADE);
      there = find(partitionId, profiles);
    }
    MigInstance instance = there.orElseThrow(() -> vanished(partitionId));
    if (instance.undivided()) {
      return instance;
    }
    for (MigInstance.Compute part : instance.computes()) {
      destroy(part);
    }
    int whole = reader.wholeComputeProfile(instance.handle(), profile.slices());
    MigReader.check(
        Symbol.CREATE_COMPUTE_INSTANCE,
        nvml.get(Symbol.CREATE_COMPUTE_INSTANCE, instance.handle(), whole, out));
    steps.done(Step.COMPUTE_INSTANCE_MADE);
    return find(partitionId, profiles)
        .filter(MigInstance::undivided)
        .filter(made -> !made.computes().getFirst().uuid().isEmpty())
        .orElseThrow(() -> vanished(partitionId));
  }

  /** Ids of the processes that compute on an instance, as the driver numbers them. */
  Set<Integer> processes(MigInstance instance) throws MigCallException {
    Set<Integer> pids = new TreeSet<>();
    for (Pointer part : reader.handles(gpu, instance.id())) {
      second.setInt(0, MOST_PROCESSES);
      NvmlReturn answer = nvml.get(Symbol.COMPUTE_PROCESSES_V3, part, second, processes);
      MigReader.check(Symbol.COMPUTE_PROCESSES_V3, answer);
      for (int i = 0; i < Math.min(second.getInt(0), MOST_PROCESSES); i++) {
        pids.add(processes.getInt((long) i * ProcessInfo.SIZE));
      }
    }
    return pids;
  }

  private Optional<MigInstance> find(MigPartitionId partitionId, List<MigProfile> profiles)
      throws MigCallException {
    return reader.instances(gpu, profiles).stream().filter(partitionId::is).findFirst();
  }

  private static ControlFailedException vanished(MigPartitionId partitionId) {
    return new ControlFailedException(
        "partition ("
            + partitionId
            + ") was created and does not exist; check whether something else changes partitions"
            + " (nvidia-smi, a MIG manager)");
  }

  /** Destroys an instance with all in it; nothing that is in use. */
  void destroy(MigInstance instance) throws MigCallException {
    for (MigInstance.Compute compute : instance.computes()) {
      destroy(compute);
    }
    MigReader.check(
        Symbol.DESTROY_GPU_INSTANCE, nvml.act(Symbol.DESTROY_GPU_INSTANCE, instance.handle()));
    steps.done(Step.GPU_INSTANCE_DESTROYED);
  }

  private void destroy(MigInstance.Compute compute) throws MigCallException {
    MigReader.check(
        Symbol.DESTROY_COMPUTE_INSTANCE,
        nvml.act(Symbol.DESTROY_COMPUTE_INSTANCE, compute.handle()));
    steps.done(Step.COMPUTE_INSTANCE_DESTROYED);
  }

  @Override
  public void close() {
    close(nvml);
  }

  private static void close(Nvml nvml) {
    nvml.shutdown();
    nvml.close();
  }
}
