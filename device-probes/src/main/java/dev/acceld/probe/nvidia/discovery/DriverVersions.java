package dev.acceld.probe.nvidia.discovery;

import java.util.Optional;

/**
 * The versions of the node's driver.
 *
 * @param driver as NVIDIA writes it, {@code 580.159.04}; empty text when it cannot be had
 * @param cuda the newest CUDA that it can run, {@code 13.0}
 */
public record DriverVersions(String driver, Optional<String> cuda) {}
