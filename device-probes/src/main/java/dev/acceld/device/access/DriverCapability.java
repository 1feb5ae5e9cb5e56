package dev.acceld.device.access;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A part of a GPU driver's user space that a container can be given; the words are those of
 * NVIDIA's container toolkit.
 */
public enum DriverCapability {
  /** CUDA and OpenCL. */
  COMPUTE,
  /** OpenGL and Vulkan. */
  GRAPHICS,
  /** An X server on the GPU. */
  DISPLAY,
  /** {@code nvidia-smi} and NVML. */
  UTILITY,
  /** Encoding and decoding. */
  VIDEO;

  /** Everything. */
  public static final Set<DriverCapability> ALL =
      Collections.unmodifiableSet(EnumSet.allOf(DriverCapability.class));

  /** {@code compute}, as users write it. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The one that users write so. */
  public static Optional<DriverCapability> of(String id) {
    return Arrays.stream(values()).filter(c -> c.id().equals(id)).findFirst();
  }

  /** All ids for a message. */
  public static String ids() {
    return Arrays.stream(values()).map(DriverCapability::id).collect(Collectors.joining(", "));
  }
}
