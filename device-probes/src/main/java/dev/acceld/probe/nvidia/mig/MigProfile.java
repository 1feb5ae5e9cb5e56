package dev.acceld.probe.nvidia.mig;

import java.util.List;
import java.util.Locale;

/**
 * A kind of partition that a GPU can have.
 *
 * @param id NVML's id on that GPU
 * @param name {@code 1g.10gb}
 * @param slices compute slices
 * @param instances how many there can be at once
 * @param engines amounts in the order of {@link Engine}
 * @param memoryMiB memory
 * @param starts memory slices at which one can begin; none when the driver does not tell
 * @param size memory slices that one takes
 */
record MigProfile(
    int id,
    String name,
    int slices,
    int instances,
    List<Integer> engines,
    long memoryMiB,
    List<Integer> starts,
    int size) {

  /** What a partition has of its own, in the order of {@code nvmlGpuInstanceProfileInfo_t}. */
  enum Engine {
    MULTIPROCESSORS("multiprocessors"),
    COPY("copyEngines"),
    DECODER("decoders"),
    ENCODER("encoders"),
    JPEG("jpegEngines"),
    OFA("ofaEngines");

    /** As NVIDIA's own driver calls the capacity. */
    final String capacity;

    Engine(String capacity) {
      this.capacity = capacity;
    }

    /** The capacity's name in the form of a counter's: {@code copy-engines}. */
    String counter() {
      return capacity.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
  }

  MigProfile {
    engines = List.copyOf(engines);
    starts = List.copyOf(starts);
  }

  int engine(Engine which) {
    return engines.get(which.ordinal());
  }
}
