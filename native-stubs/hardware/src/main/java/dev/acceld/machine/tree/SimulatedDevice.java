package dev.acceld.machine.tree;

import java.util.List;

/**
 * One accelerator of a simulated machine.
 *
 * @param name {@code gpu-0}, {@code amd-0}, {@code intel-0}, {@code tpu-0}, …: its position in the
 *     description
 * @param kind what it is
 * @param position from 0, counted within its kind
 * @param model for people: the GPU's product name, the TPU's generation
 * @param uuid the UUID of an NVIDIA GPU, the unique ID of an AMD GPU; empty for others, which have
 *     none
 * @param pci its PCI functions
 */
public record SimulatedDevice(
    String name, Kind kind, int position, String model, String uuid, List<String> pci) {

  /** What it is. */
  public enum Kind {
    /** An NVIDIA GPU. */
    GPU("an NVIDIA GPU"),
    /** A TPU chip. */
    TPU("a TPU chip"),
    /** An AMD GPU. */
    AMD("an AMD GPU"),
    /** An Intel GPU. */
    INTEL("an Intel GPU");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** For messages: {@code a TPU chip}. */
    public String words() {
      return words;
    }
  }

  /** Takes a copy. */
  public SimulatedDevice {
    pci = List.copyOf(pci);
  }

  /** Whether this is what a user means by {@code word}: name, UUID or PCI address. */
  public boolean is(String word) {
    return word.equals(name)
        || (!uuid.isEmpty() && word.equalsIgnoreCase(uuid))
        || pci.stream().anyMatch(p -> p.equalsIgnoreCase(word) || slot(p).equalsIgnoreCase(word));
  }

  private static String slot(String pci) {
    return pci.substring(0, pci.lastIndexOf('.'));
  }
}
