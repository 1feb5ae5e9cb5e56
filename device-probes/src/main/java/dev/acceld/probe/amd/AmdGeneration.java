package dev.acceld.probe.amd;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Names of AMD's generations, by instruction set (LLVM's User Guide for AMDGPU). */
final class AmdGeneration {
  private AmdGeneration() {}

  /** {@code cdna3} for gfx942. */
  static Optional<String> of(String architecture) {
    return Optional.ofNullable(
        switch (architecture) {
          case "gfx908" -> "cdna1";
          case "gfx90a" -> "cdna2";
          case "gfx940", "gfx941", "gfx942" -> "cdna3";
          case "gfx950" -> "cdna4";
          default -> byMajor(architecture);
        });
  }

  private static @Nullable String byMajor(String architecture) {
    if (architecture.startsWith("gfx9")) {
      return "gcn5";
    }
    if (architecture.startsWith("gfx101")) {
      return "rdna1";
    }
    if (architecture.startsWith("gfx103")) {
      return "rdna2";
    }
    if (architecture.startsWith("gfx11")) {
      return "rdna3";
    }
    return architecture.startsWith("gfx12") ? "rdna4" : null;
  }

  /** The family as libdrm_amdgpu calls it: {@code AI} for Vega and CDNA, {@code NV} for Navi. */
  static Optional<String> family(String architecture) {
    return architecture.startsWith("gfx9")
        ? Optional.of("AI")
        : architecture.startsWith("gfx10") ? Optional.of("NV") : Optional.empty();
  }
}
