package dev.acceld.probe.nvidia;

import dev.acceld.device.AttributeValue;
import dev.acceld.device.Capacity;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.Kind;
import dev.acceld.device.SemanticVersion;
import dev.acceld.device.Vendor;
import dev.acceld.host.HostFs;
import dev.acceld.host.PciDevices;
import dev.acceld.host.PciFunction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** From what NVML and sysfs say to the device as it is published, attributes and all. */
final class GpuDevices {
  private static final int MOST_BYTES = 64;

  private final PciDevices pci;
  private final NvidiaFiles files;

  GpuDevices(HostFs host) {
    pci = new PciDevices(host);
    files = new NvidiaFiles(host);
  }

  /** A GPU; its minor number must be known. */
  Gpu device(DeviceName name, GpuIdentity gpu, int minor, DriverVersions versions) {
    Optional<PciFunction> function = gpu.pci().flatMap(pci::find);
    Optional<String> root = function.flatMap(PciFunction::pcieRoot);
    // Not nvmlDeviceGetNumaNodeId: that is the node which the GPU's own memory forms (Grace), and
    // no CPU or network card is on it.
    OptionalInt numa = function.map(PciFunction::numaNode).orElse(OptionalInt.empty());
    Map<String, Capacity> capacities = new HashMap<>();
    gpu.memoryBytes().ifPresent(bytes -> capacities.put("memory", new Capacity(bytes)));
    return new Gpu(
        new DeviceCommon(
            name,
            "gpu",
            Vendor.NVIDIA,
            Kind.GPU,
            name.value(),
            gpu.pci(),
            root,
            numa,
            attributes(gpu, versions, root, numa),
            capacities,
            List.of(files.gpu(minor))),
        gpu.uuid(),
        gpu.model(),
        gpu.serial(),
        OptionalInt.of(gpu.index()),
        OptionalInt.of(minor),
        gpu.memoryBytes().orElse(0),
        versions.driver());
  }

  private static Map<String, AttributeValue> attributes(
      GpuIdentity gpu, DriverVersions versions, Optional<String> root, OptionalInt numa) {
    Map<String, AttributeValue> all = new HashMap<>();
    all.put("acceld.dev/kind", AttributeValue.of(Kind.GPU.id()));
    all.put("acceld.dev/vendor", AttributeValue.of(Vendor.NVIDIA.id()));
    all.put("type", AttributeValue.of("gpu"));
    all.put("uuid", AttributeValue.of(gpu.uuid()));
    all.put("productName", AttributeValue.of(cut(gpu.model())));
    text(all, "brand", gpu.brand());
    text(all, "architecture", gpu.architecture());
    text(all, "addressingMode", gpu.addressingMode());
    version(all, "cudaComputeCapability", gpu.computeCapability());
    version(all, "driverVersion", Optional.of(versions.driver()));
    version(all, "cudaDriverVersion", versions.cuda());
    text(all, "resource.kubernetes.io/pciBusID", gpu.pci().map(Object::toString));
    text(all, "resource.kubernetes.io/pcieRoot", root);
    if (numa.isPresent()) {
      all.put("resource.kubernetes.io/numaNode", AttributeValue.of(numa.getAsInt()));
    }
    return all;
  }

  private static void text(Map<String, AttributeValue> all, String name, Optional<String> value) {
    value.ifPresent(v -> all.put(name, AttributeValue.of(cut(v))));
  }

  private static void version(
      Map<String, AttributeValue> all, String name, Optional<String> value) {
    value
        .flatMap(SemanticVersion::normalise)
        .ifPresent(v -> all.put(name, AttributeValue.version(v)));
  }

  /** The API server takes 64 bytes; what NVML tells is ASCII here. */
  private static String cut(String text) {
    return text.length() > MOST_BYTES ? text.substring(0, MOST_BYTES) : text;
  }
}
