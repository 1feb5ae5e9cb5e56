package dev.acceld.probe.nvidia.discovery;

import java.util.Optional;

/**
 * NVML's enumerations in the words that NVIDIA's own driver publishes, so that selectors written
 * for that driver go on working. A value without a word is left out.
 */
final class NvmlNames {
  private NvmlNames() {}

  /** {@code nvmlBrandType_t}. */
  static Optional<String> brand(int brand) {
    return Optional.ofNullable(
        switch (brand) {
          case 1 -> "Quadro";
          case 2 -> "Tesla";
          case 3 -> "NVS";
          case 4 -> "Grid";
          case 5 -> "GeForce";
          case 6 -> "Titan";
          case 7 -> "NvidiaVApps";
          case 8 -> "NvidiaVPC";
          case 9 -> "NvidiaVCS";
          case 10 -> "NvidiaVWS";
          case 11 -> "NvidiaCloudGaming";
          case 12 -> "QuadroRTX";
          case 13 -> "NvidiaRTX";
          case 14 -> "Nvidia";
          case 15 -> "GeForceRTX";
          case 16 -> "TitanRTX";
          default -> null;
        });
  }

  /** {@code nvmlDeviceArchitecture_t}. */
  static Optional<String> architecture(int architecture) {
    return Optional.ofNullable(
        switch (architecture) {
          case 2 -> "Kepler";
          case 3 -> "Maxwell";
          case 4 -> "Pascal";
          case 5 -> "Volta";
          case 6 -> "Turing";
          case 7 -> "Ampere";
          case 8 -> "Ada Lovelace";
          case 9 -> "Hopper";
          case 10 -> "Blackwell";
          case 13 -> "Rubin";
          default -> null;
        });
  }

  /** {@code nvmlDeviceAddressingModeType_t}. */
  static Optional<String> addressingMode(int mode) {
    return Optional.ofNullable(
        switch (mode) {
          case 0 -> "None";
          case 1 -> "HMM";
          case 2 -> "ATS";
          default -> null;
        });
  }
}
