package dev.acceld.e2e.scenario;

import dev.acceld.e2e.dashboards.Panel;
import dev.acceld.e2e.dashboards.View;
import java.util.Map;
import java.util.Set;

/**
 * Which panels must have data in a view of the recorded hour: all that are in no closed row, and
 * those of a row whose title says what it needs where the node or device has that.
 */
final class HourApplies {
  private static final Set<String> GPU_NODES = Set.of(".*", "gpu-1", "mixed-1");
  private static final Set<String> EIGHT_GPUS = Set.of(".*", "gpu-1");
  private static final Set<String> ALL_NODES = Set.of(".*", "gpu-1", "tpu-1", "mixed-1");

  /** Nodes by the rows of dashboards about nodes. */
  private static final Map<String, Set<String>> ROWS =
      Map.of(
          "Pods", ALL_NODES,
          "Load, memory, power and temperature, of devices that report them", ALL_NODES,
          "Memory, power, temperature and clocks, of devices that report them", GPU_NODES,
          "MIG partitions", EIGHT_GPUS,
          "NVLink", EIGHT_GPUS,
          "Processes (agent.processMetrics)", EIGHT_GPUS,
          "How long faults took (after the first fault)", ALL_NODES,
          "XIDs, ECC and heat (NVIDIA GPUs)", GPU_NODES);

  /** Of the rows above, what the TPU chips of a node without GPUs do not report. */
  private static final Set<String> NOT_OF_TPUS =
      Set.of("Power", "Hottest devices", "Power of pods", "Energy of namespaces");

  private HourApplies() {}

  static boolean applies(View view, Panel panel) {
    String row = panel.row().orElse("");
    String device = view.variables().getOrDefault("device", "");
    String node = view.variables().getOrDefault("node", "");
    if (row.isEmpty()) {
      return true;
    }
    if (!device.isEmpty()) {
      return ofDevice(node, device, row, panel.title());
    }
    Set<String> nodes = ROWS.get(row);
    if (nodes == null) {
      throw new AssertionError(
          "say here on which nodes the row '%s' of %s has data"
              .formatted(row, view.dashboard().name()));
    }
    return nodes.contains(node) && !(node.equals("tpu-1") && NOT_OF_TPUS.contains(panel.title()));
  }

  /** Whole GPUs have all that is not for TPU chips. */
  private static boolean ofDevice(String node, String device, String row, String panel) {
    boolean gpu = device.matches("gpu-[0-9a-f]{8}");
    return switch (row) {
      case "TPU workloads" -> false; // of four chips only: the IT looks at those
      case "Links" -> gpu && (panel.equals("PCIe traffic") || node.equals("gpu-1"));
      case "Errors" -> gpu || (device.startsWith("tpu-0000") && panel.startsWith("PCIe"));
      case "Memory and activity", "Power, temperature and clocks" -> gpu;
      default -> throw new AssertionError("say here which devices have the row " + row);
    };
  }
}
