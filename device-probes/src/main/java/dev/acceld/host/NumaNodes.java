package dev.acceld.host;

import java.util.Optional;

/** The host's NUMA nodes. */
public final class NumaNodes {
  private final HostFs host;

  /** Of that host. */
  public NumaNodes(HostFs host) {
    this.host = host;
  }

  /** The CPUs of a node in the kernel's list form, {@code 0-31,64-95}. */
  public Optional<String> cpus(int node) {
    return host.text("/sys/devices/system/node/node" + node + "/cpulist");
  }
}
