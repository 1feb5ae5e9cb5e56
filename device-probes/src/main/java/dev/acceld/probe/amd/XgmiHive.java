package dev.acceld.probe.amd;

import dev.acceld.device.PciAddress;
import dev.acceld.host.HostFs;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Groups of GPUs that XGMI links. Their driver resets all of a group together
 * (drivers/gpu/drm/amd/amdgpu/amdgpu_device.c, {@code amdgpu_device_gpu_recover}), for a link whose
 * other end is reset does not survive.
 */
final class XgmiHive {
  private XgmiHive() {}

  /** The other GPUs of its group. */
  static List<PciAddress> others(KfdNode node, Map<PciAddress, KfdNode> kfd) {
    long id = node.hive().orElse(0);
    return id == 0
        ? List.of()
        : kfd.values().stream()
            .filter(other -> !other.at().equals(node.at()) && other.hive().orElse(0) == id)
            .map(KfdNode::at)
            .toList();
  }

  /**
   * Whether it is certain that a GPU is linked to no other: the compute driver says so, or, where
   * it says nothing, its driver is bound and shows no group, or there is no other GPU. Without a
   * driver nothing tells what it is linked to, and a group of which no other GPU is seen may have
   * one that has no driver.
   */
  static boolean isAlone(PciAddress at, HostFs host) {
    String directory = AmdGpus.directory(at);
    KfdNode node = KfdTopology.gpus(host).get(at);
    if (node != null && node.hive().isPresent()) {
      return node.hive().getAsLong() == 0 || AmdGpus.isOnly(at, host);
    }
    boolean drives = host.linkName(directory + "driver").equals(Optional.of("amdgpu"));
    return (drives && !host.exists(directory + "xgmi_hive_info")) || AmdGpus.isOnly(at, host);
  }
}
