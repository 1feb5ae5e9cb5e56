package dev.acceld.probe.nvidia.nvml;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where drivers put {@code libnvidia-ml.so.1}. Looks at files only; loads nothing. */
public final class NvmlFiles {
  /** The name that every driver since 2010 has. */
  public static final String LIBRARY = "libnvidia-ml.so.1";

  private static final String TRIPLET =
      System.getProperty("os.arch", "").equals("aarch64")
          ? "aarch64-linux-gnu"
          : "x86_64-linux-gnu";

  /** Below the driver root; the order is that of NVIDIA's container toolkit. */
  private static final List<String> DIRECTORIES =
      List.of(
          "usr/lib64",
          "usr/lib/" + TRIPLET,
          "usr/lib64/nvidia/current",
          "usr/lib/" + TRIPLET + "/nvidia/current",
          "lib64",
          "lib/" + TRIPLET,
          "lib/" + TRIPLET + "/nvidia/current",
          "lib64/nvidia",
          "nvidia/lib64",
          "usr/local/nvidia/lib64",
          "usr/lib/wsl/lib",
          "usr/lib",
          "");

  private NvmlFiles() {}

  /** Every place that is looked at, in order. */
  public static List<Path> candidates(Path driverRoot) {
    return DIRECTORIES.stream().map(d -> driverRoot.resolve(d).resolve(LIBRARY)).toList();
  }

  /** The directories of the candidates below the driver root, in order, without a slash before. */
  public static List<String> directories() {
    return DIRECTORIES;
  }

  /** The first candidate that is there. */
  public static Optional<Path> find(Path driverRoot) {
    for (Path candidate : candidates(driverRoot)) {
      if (Files.isRegularFile(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /** The directories of the candidates in one line for a message. */
  public static String places() {
    return String.join(", ", DIRECTORIES.subList(0, 4)) + " and others";
  }
}
