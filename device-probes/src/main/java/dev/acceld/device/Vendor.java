package dev.acceld.device;

/**
 * Who made a device. Two are equal when both names are.
 *
 * @param id the lower-case name used in attributes and labels
 * @param probe the name of the probe that looks after its devices
 */
public record Vendor(String id, String probe) {
  /** NVIDIA, whose GPUs have series of dcgm-exporter's names. */
  public static final Vendor NVIDIA = new Vendor("nvidia", "nvidia");

  /** Google, whose TPUs are found on the PCI bus. */
  public static final Vendor GOOGLE = new Vendor("google", "tpu");
}
