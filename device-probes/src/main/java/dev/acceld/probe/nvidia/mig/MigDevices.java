package dev.acceld.probe.nvidia.mig;

import dev.acceld.device.AttributeValue;
import dev.acceld.device.Capacity;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.MigDevice;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.host.HostFs;
import dev.acceld.probe.nvidia.mig.MigProfile.Engine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Partitions as they are published: names, attributes and capacities as NVIDIA's own driver has
 * them, of the GPU's attributes those that hold for a part of it too.
 */
final class MigDevices {
  private static final Set<String> INHERITED =
      Set.of(
          "acceld.dev/kind",
          "acceld.dev/vendor",
          "acceld.dev/generation",
          "productName",
          "brand",
          "architecture",
          "addressingMode",
          "cudaComputeCapability",
          "driverVersion",
          "cudaDriverVersion",
          "resource.kubernetes.io/pciBusID",
          "resource.kubernetes.io/pcieRoot",
          "resource.kubernetes.io/numaNode");

  /** For a request that names no profile: what has least comes first. */
  private static final Comparator<MigProfile> BY_SIZE =
      Comparator.comparingInt(MigProfile::size)
          .thenComparingInt(MigProfile::slices)
          .thenComparingInt(p -> p.engines().stream().mapToInt(Integer::intValue).sum());

  private final MigCaps caps;

  MigDevices(HostFs host) {
    caps = new MigCaps(host);
  }

  /**
   * What there is on a GPU.
   *
   * @param problems takes a sentence for each partition that cannot be offered
   */
  List<MigDevice> existing(Gpu gpu, List<MigInstance> instances, List<String> problems) {
    List<MigDevice> devices = new ArrayList<>();
    for (MigInstance instance : instances) {
      if (instance.computes().isEmpty()) {
        problems.add(
            name(gpu, instance.profile(), instance.start(), "")
                + ": GPU instance "
                + instance.id()
                + " has no compute instance (nvidia-smi mig -cci creates one)");
      }
      for (MigInstance.Compute compute : instance.computes()) {
        MigDevice plain = device(gpu, instance, compute);
        Optional<MigDevice> whole = withInstance(gpu, plain, instance, compute);
        whole.ifPresentOrElse(
            devices::add,
            () ->
                problems.add(
                    plain.name()
                        + ": the driver reports no capability file for it below"
                        + " /proc/driver/nvidia/capabilities"));
      }
    }
    return devices;
  }

  /**
   * Everything that a GPU can be cut into; of one kind the last places come first, which leaves
   * room for the larger ones at the front.
   */
  List<MigDevice> possible(Gpu gpu, List<MigProfile> profiles, MigCounters counters) {
    List<MigDevice> devices = new ArrayList<>();
    for (MigProfile profile : profiles.stream().sorted(BY_SIZE).toList()) {
      for (int start : profile.starts().stream().sorted(Comparator.reverseOrder()).toList()) {
        devices.add(
            new MigDevice(
                common(
                        gpu,
                        name(gpu, profile, start, ""),
                        profile.name(),
                        profile,
                        Optional.empty())
                    .taking(counters.part(profile, start)),
                gpu.name(),
                gpu.uuid(),
                gpu.model(),
                profile.name(),
                new MigDevice.Shape(profile.id(), start, profile.size()),
                Optional.empty(),
                profile.memoryMiB() << 20,
                gpu.driverVersion(),
                true));
      }
    }
    return devices;
  }

  /**
   * The same with what it is in the driver at the moment, if it is. Published is it without: an
   * offer must not change with each claim.
   */
  static MigDevice found(MigDevice device, List<MigInstance> there) {
    for (MigInstance instance : there) {
      if (instance.profile().id() == device.shape().profileId()
          && instance.start() == device.shape().start()
          && instance.undivided()) {
        MigInstance.Compute compute = instance.computes().getFirst();
        return device.made(
            device.common(), new MigDevice.Instance(compute.uuid(), instance.id(), compute.id()));
      }
    }
    return device;
  }

  private static MigDevice device(Gpu gpu, MigInstance instance, MigInstance.Compute compute) {
    MigProfile profile = instance.profile();
    boolean undivided = instance.undivided();
    String profileName = (undivided ? "" : compute.slices() + "c.") + profile.name();
    DeviceName name = name(gpu, profile, instance.start(), undivided ? "" : "-ci" + compute.id());
    return new MigDevice(
        common(gpu, name, profileName, profile, Optional.of(instance)),
        gpu.name(),
        gpu.uuid(),
        gpu.model(),
        profileName,
        new MigDevice.Shape(profile.id(), instance.start(), profile.size()),
        Optional.empty(),
        profile.memoryMiB() << 20,
        gpu.driverVersion(),
        false);
  }

  /** The partition with its UUID and files; empty when the driver does not tell the files. */
  Optional<MigDevice> withInstance(
      Gpu gpu, MigDevice device, MigInstance instance, MigInstance.Compute compute) {
    return gpu.minor().isPresent()
        ? withInstance(gpu.minor().getAsInt(), device, instance, compute)
        : Optional.empty();
  }

  Optional<MigDevice> withInstance(
      int gpuMinor, MigDevice device, MigInstance instance, MigInstance.Compute compute) {
    Optional<DeviceFile> outer = caps.gpuInstance(gpuMinor, instance.id());
    Optional<DeviceFile> inner = caps.computeInstance(gpuMinor, instance.id(), compute.id());
    if (outer.isEmpty() || inner.isEmpty()) {
      return Optional.empty();
    }
    List<DeviceFile> files = new ArrayList<>(device.common().files());
    files.add(outer.get());
    files.add(inner.get());
    Map<String, AttributeValue> attributes = new HashMap<>(device.common().attributes());
    attributes.put("uuid", AttributeValue.of(compute.uuid()));
    return Optional.of(
        device.made(
            device.common().with(attributes, files),
            new MigDevice.Instance(compute.uuid(), instance.id(), compute.id())));
  }

  private static DeviceCommon common(
      Gpu gpu,
      DeviceName name,
      String profileName,
      MigProfile profile,
      Optional<MigInstance> existing) {
    DeviceCommon whole = gpu.common();
    Map<String, AttributeValue> attributes = new HashMap<>();
    whole
        .attributes()
        .forEach((key, value) -> {
          if (INHERITED.contains(key)) {
            attributes.put(key, value);
          }
        });
    attributes.put("type", AttributeValue.of("mig"));
    attributes.put("parentUUID", AttributeValue.of(gpu.uuid()));
    attributes.put("profile", AttributeValue.of(profileName));
    Map<String, Capacity> capacities = new HashMap<>();
    capacities.put("memory", new Capacity(profile.memoryMiB() << 20));
    for (Engine engine : Engine.values()) {
      capacities.put(engine.capacity, new Capacity(profile.engine(engine)));
    }
    // Of what is only possible the counters say it, and devices have room for 32 entries.
    existing.ifPresent(instance -> {
      for (int i = 0; i < profile.size(); i++) {
        capacities.put("memorySlice" + (instance.start() + i), new Capacity(1));
      }
    });
    return new DeviceCommon(
        name,
        "mig",
        whole.vendor(),
        whole.kind(),
        whole.physical(),
        whole.pci(),
        whole.pcieRoot(),
        whole.numaNode(),
        attributes,
        capacities,
        whole.files());
  }

  /** {@code gpu-85e2fec2-mig-1g10gb-me-20-3}. */
  private static DeviceName name(Gpu gpu, MigProfile profile, int start, String suffix) {
    String kind =
        profile.name().toLowerCase(Locale.ROOT).replace(".", "").replaceAll("[^a-z0-9]+", "-");
    return new DeviceName(gpu.name() + "-mig-" + kind + "-" + profile.id() + "-" + start + suffix);
  }
}
