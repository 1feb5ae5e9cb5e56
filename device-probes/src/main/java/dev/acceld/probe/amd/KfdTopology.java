package dev.acceld.probe.amd;

import dev.acceld.device.PciAddress;
import dev.acceld.host.HostFs;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The topology of the kernel's compute driver, {@code /sys/class/kfd/kfd/topology/nodes}
 * (drivers/gpu/drm/amd/amdkfd/kfd_topology.c): a node for each processor and each GPU, in
 * partitions one for each partition.
 */
final class KfdTopology {
  private static final String NODES = "/sys/class/kfd/kfd/topology/nodes/";
  private static final Pattern LINE = Pattern.compile("(?m)^(\\w{1,40}) (\\d{1,20})$");
  private static final Pattern NODE = Pattern.compile("\\d{1,6}");

  private KfdTopology() {}

  /** The GPUs by place; of several nodes at one place the first. Some three files a node. */
  static Map<PciAddress, KfdNode> gpus(HostFs host) {
    Map<PciAddress, KfdNode> gpus = new LinkedHashMap<>();
    for (String node : host.names(NODES)) {
      if (NODE.matcher(node).matches()) {
        Map<String, Long> properties = properties(host, NODES + node + "/properties");
        KfdNode.of(
                host.number(NODES + node + "/gpu_id").orElse(0),
                properties,
                memory(host, NODES + node + "/mem_banks/0/properties"))
            .ifPresent(gpu -> gpus.putIfAbsent(gpu.at(), gpu));
      }
    }
    return gpus;
  }

  private static OptionalLong memory(HostFs host, String file) {
    Long bytes = properties(host, file).get("size_in_bytes");
    return bytes == null || bytes <= 0 ? OptionalLong.empty() : OptionalLong.of(bytes);
  }

  private static Map<String, Long> properties(HostFs host, String file) {
    return parse(host.text(file).orElse(""));
  }

  /** Lines {@code simd_count 1216}; numbers are unsigned, and what does not fit is left out. */
  static Map<String, Long> parse(String text) {
    Map<String, Long> properties = new HashMap<>();
    Matcher line = LINE.matcher(text);
    while (line.find()) {
      try {
        properties.put(line.group(1), Long.parseUnsignedLong(line.group(2)));
      } catch (NumberFormatException e) {
        continue; // more than 64 bits
      }
    }
    return properties;
  }
}
