package dev.acceld.dra.claim;

import dev.acceld.device.CounterUse;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.Inventory;
import dev.acceld.device.MigDevice;
import dev.acceld.device.ProbeStatus;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.probe.ControlFailedException;
import dev.acceld.probe.DeviceControl;
import dev.acceld.probe.DeviceUser;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Two GPUs of two halves each, whose halves are made on demand. What is made outlives the agent's
 * processes: it is the hardware.
 */
final class FakeParts implements DeviceControl {
  private static final Map<String, Long> ALL = Map.of("slice-0", 1L, "slice-1", 1L);

  final Set<String> made = new ConcurrentSkipListSet<>();

  /** What claims said of the devices that were made. */
  final Map<String, AccessOptions> wanted = new ConcurrentHashMap<>();

  final Set<String> inUse = new ConcurrentSkipListSet<>();

  /** Of which the driver does not say whether they went. */
  final Set<String> stuck = new ConcurrentSkipListSet<>();

  final List<String> calls = new ArrayList<>();
  volatile String refusal = "";

  /** False while the driver cannot be asked. */
  volatile boolean answers = true;

  /** Whether the operator lets go of what is not ours. */
  volatile boolean removesForeign;

  static Inventory inventory() {
    List<Device> devices = new ArrayList<>();
    for (String gpu : List.of("gpu-0", "gpu-1")) {
      Gpu whole = (Gpu) Node.gpu(gpu);
      devices.add(whole.with(whole.common().taking(new CounterUse(gpu, ALL, ALL, false))));
      for (int half = 0; half < 2; half++) {
        devices.add(half(whole, half));
      }
    }
    return new Inventory(
        Instant.EPOCH,
        devices,
        Set.of(),
        List.of(new ProbeStatus("nvidia", ProbeStatus.State.READY, Instant.EPOCH, "found")));
  }

  private static MigDevice half(Gpu whole, int half) {
    DeviceCommon of = whole.common();
    DeviceCommon common =
        new DeviceCommon(
                new DeviceName(whole.name() + "-half-" + half),
                "mig",
                of.vendor(),
                of.kind(),
                of.physical(),
                Optional.empty(),
                Optional.empty(),
                of.numaNode(),
                Map.of(),
                Map.of(),
                of.files())
            .taking(new CounterUse(whole.name().value(), ALL, Map.of("slice-" + half, 1L), true));
    return new MigDevice(
        common,
        whole.name(),
        whole.uuid(),
        whole.model(),
        "half",
        new MigDevice.Shape(1, half, 1),
        Optional.empty(),
        1L << 30,
        "580",
        true);
  }

  @Override
  public Optional<String> partitionId(Device device) {
    return device instanceof MigDevice mig && mig.onDemand()
        ? Optional.of(mig.name().value())
        : Optional.empty();
  }

  @Override
  public Optional<String> place(Device device) {
    return device.partition() ? Optional.of(device.name().value()) : Optional.empty();
  }

  @Override
  public void check(Device device, Set<String> held) throws ControlFailedException {
    String name = device.name().value();
    if (!answers) {
      throw new ControlFailedException("the driver gives no access to " + name);
    }
    if (!removesForeign
        && made.stream().anyMatch(part -> part.startsWith(name) && !held.contains(part))) {
      throw new ControlFailedException(name + " has a part that this agent did not create");
    }
  }

  @Override
  public Device make(Device device, AccessOptions options, Set<String> held)
      throws ControlFailedException {
    check(device, held);
    if (!refusal.isEmpty()) {
      throw new ControlFailedException(refusal);
    }
    String name = device.name().value();
    wanted.put(name, options);
    if (device instanceof MigDevice mig && mig.onDemand()) {
      made.add(name);
      calls.add("make " + name);
      List<DeviceFile> files = new ArrayList<>(mig.common().files());
      files.add(DeviceFile.of("/dev/nvidia-caps/nvidia-cap12", 507, 12));
      return mig.made(
          mig.common().with(new HashMap<>(mig.common().attributes()), files),
          new MigDevice.Instance("MIG-" + name, 1, 0));
    }
    if (made.removeIf(part -> part.startsWith(name) && !held.contains(part))) {
      calls.add("cleared " + name);
    }
    return device;
  }

  @Override
  public boolean understands(String partitionId) {
    return true;
  }

  @Override
  public Made isMade(String partitionId) {
    return !answers ? Made.UNKNOWN : made.contains(partitionId) ? Made.YES : Made.NO;
  }

  @Override
  public boolean unmake(String partitionId) throws ControlFailedException {
    if (!answers || stuck.contains(partitionId)) {
      return false;
    }
    if (inUse.contains(partitionId)) {
      throw new ControlFailedException(
          partitionId + " is in use",
          List.of(
              new DeviceUser(4711, "python3", Optional.of("pod-uid-user")),
              new DeviceUser(12, "dcgm", Optional.empty())));
    }
    made.remove(partitionId);
    calls.add("unmake " + partitionId);
    return true;
  }

  @Override
  public List<String> tidy(Device device, Set<String> held) {
    String gpu = device.common().physicalNames();
    return made.stream()
        .filter(part -> part.startsWith(gpu) && !held.contains(part))
        .map(
            part -> removesForeign && made.remove(part) ? "removed " + part : part + " is not ours")
        .toList();
  }
}
