package dev.acceld.probe.nvidia.discovery;

import dev.acceld.device.PciAddress;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What NVML says about a GPU that does not change while the driver runs. */
public record GpuIdentity(
    int index,
    OptionalInt minor,
    String uuid,
    String model,
    Optional<String> serial,
    Optional<PciAddress> pci,
    Optional<String> brand,
    Optional<String> architecture,
    Optional<String> computeCapability,
    Optional<String> addressingMode,
    OptionalLong memoryBytes,
    GpuCapabilities traits) {}
