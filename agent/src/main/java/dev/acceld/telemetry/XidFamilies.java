package dev.acceld.telemetry;

import dev.acceld.device.Device;
import dev.acceld.device.Gpu;
import dev.acceld.device.Metric;
import dev.acceld.device.Vendor;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * XIDs as counters. Most nodes never see one, so a counter that came with the first would show no
 * increase, and no alert would see it: the total of each GPU, and every XID after which a GPU is
 * taken away, are there from zero on, and none changes its labels with the holder.
 */
final class XidFamilies {
  private static final String XID = "xid";
  private static final List<String> ANY_DEVICE =
      List.of("device-lost", "unresponsive", "probe-failed");

  private XidFamilies() {}

  static void byCode(NodeView view, MetricFamilyBuilder family) {
    for (NodeView.Row row : view.rows()) {
      if (deaf(row) || unheard(row)) {
        continue;
      }
      Map<String, Long> xids = xids(row);
      xids.forEach((xid, n) -> family.add(row.labels().xid(xid), n));
      if (has(row.device())) {
        row.rules().grave().stream()
            .filter(code -> code.reason().equals(XID) && !xids.containsKey(code.value()))
            .forEach(code -> family.add(row.labels().xid(code.value()), 0));
      }
    }
  }

  private static Map<String, Long> xids(NodeView.Row row) {
    Map<String, Long> xids = new TreeMap<>(); // the same order in each scrape
    row.faults()
        .forEach((code, n) -> {
          if (code.reason().equals(XID)) {
            xids.put(code.value(), n);
          }
        });
    return xids;
  }

  static void total(NodeView view, MetricFamilyBuilder family) {
    for (NodeView.Row row : view.rows()) {
      Map<String, Long> xids = xids(row);
      if (!deaf(row) && !unheard(row) && (has(row.device()) || !xids.isEmpty())) {
        family.add(row.labels().lasting(), xids.values().stream().mapToLong(Long::longValue).sum());
      }
    }
  }

  /**
   * Faults of any kind, by reason. Those that any device may have, and those that its vendor
   * numbers, are there from zero on.
   *
   * @param counts by device and reason
   */
  static MetricFamily faults(Supplier<Map<String, Map<String, Long>>> counts) {
    return MetricFamily.counter(
        "acceld_device_faults_total",
        "Faults of the device that began while the agent ran, by reason.",
        (view, family) -> {
          Map<String, Map<String, Long>> all = counts.get();
          for (NodeView.Row row : view.rows()) {
            if (row.health() == null || row.device().group()) {
              continue;
            }
            Map<String, Long> faults = new TreeMap<>();
            ANY_DEVICE.forEach(reason -> faults.put(reason, 0L));
            row.rules().reasons().forEach(reason -> faults.put(reason, 0L));
            faults.keySet().removeAll(row.rules().reasonsOnRequest()); // maybe nobody listens
            faults.putAll(all.getOrDefault(row.device().name().value(), Map.of()));
            faults.forEach((reason, n) -> family.add(row.labels().reason(reason), n));
          }
        });
  }

  /** While nobody listens, "no XID" is not known. */
  static boolean deaf(NodeView.Row row) {
    return row.readings().get(Metric.XID_HEARD) == 0;
  }

  /** A GPU that could never be opened, or is gone, has no zero; what was counted of it stays. */
  private static boolean unheard(NodeView.Row row) {
    return !row.present() && xids(row).isEmpty();
  }

  /** The driver reports XIDs of whole GPUs. */
  private static boolean has(Device device) {
    return device instanceof Gpu gpu && gpu.common().vendor().equals(Vendor.NVIDIA);
  }
}
