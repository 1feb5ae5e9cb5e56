package dev.acceld.device;

/** Who made a device. */
public enum Vendor {
  /** NVIDIA GPUs, read through NVML. */
  NVIDIA("nvidia", "nvidia"),
  /** Google TPUs, read from PCI and sysfs. */
  GOOGLE("google", "tpu"),
  /** AMD GPUs, read from sysfs. */
  AMD("amd", "amd"),
  /** Intel GPUs, read from sysfs. */
  INTEL("intel", "intel");

  private final String id;
  private final String probe;

  Vendor(String id, String probe) {
    this.id = id;
    this.probe = probe;
  }

  /** The name of the probe that looks after its devices. */
  public String probe() {
    return probe;
  }

  /** The lower-case name used in attributes and labels. */
  public String id() {
    return id;
  }
}
