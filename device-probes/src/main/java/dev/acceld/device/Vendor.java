package dev.acceld.device;

/** Who made a device. */
public enum Vendor {
  /** NVIDIA GPUs, read through NVML. */
  NVIDIA("nvidia"),
  /** Google TPUs, read from PCI and sysfs. */
  GOOGLE("google"),
  /** AMD GPUs, read from sysfs. */
  AMD("amd"),
  /** Intel GPUs, read from sysfs. */
  INTEL("intel");

  private final String id;

  Vendor(String id) {
    this.id = id;
  }

  /** The lower-case name used in attributes and labels. */
  public String id() {
    return id;
  }
}
