package dev.acceld.probe.nvidia;

import dev.acceld.host.HostFs;
import dev.acceld.vendor.DeviceFileNeeds;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The device files of GPUs in a container: one each, which all MIG partitions of a GPU share. */
final class GpuFileNeeds implements DeviceFileNeeds {
  private static final String PARTITION = "-mig-";

  /** Which minor number a GPU has, only its driver tells. */
  @Override
  public Map<String, Set<String>> paths(HostFs container) {
    return Map.of();
  }

  @Override
  public int count(List<String> devices, Map<String, String> env) {
    return (int) devices.stream().map(name -> name.split(PARTITION, 2)[0]).distinct().count();
  }
}
