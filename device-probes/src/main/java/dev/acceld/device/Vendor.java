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

  /** AMD, whose GPUs the kernel's driver amdgpu shows in sysfs. */
  public static final Vendor AMD = new Vendor("amd", "amd");

  /** Intel, whose GPUs the kernel's drivers xe and i915 show in sysfs. */
  public static final Vendor INTEL = new Vendor("intel", "intel");
}
