package dev.acceld.machine.tree;

import java.util.List;

/**
 * One accelerator of a simulated machine.
 *
 * @param name {@code gpu-0}, {@code tpu-0}, …: its position in the description
 * @param kind GPU or TPU
 * @param position from 0, counted within its kind
 * @param model for people: the GPU's product name, the TPU's generation
 * @param uuid the GPU's UUID; empty for a TPU chip, which has none
 * @param pci its PCI functions
 */
public record SimulatedDevice(
    String name, Kind kind, int position, String model, String uuid, List<String> pci) {

  /** What it is. */
  public enum Kind {
    /** An NVIDIA GPU. */
    GPU,
    /** A TPU chip. */
    TPU
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
