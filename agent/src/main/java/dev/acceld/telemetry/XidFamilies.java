package dev.acceld.telemetry;

import dev.acceld.device.Device;
import dev.acceld.device.Gpu;
import dev.acceld.device.Metric;
import dev.acceld.device.Vendor;
import dev.acceld.health.XidCatalogue;
import java.util.List;

/**
 * XIDs as counters. Most nodes never see one, so a counter that came with the first would show no
 * increase, and no alert would see it: the total of each GPU, and every XID after which a GPU is
 * taken away, are there from zero on, and none changes its labels with the holder.
 */
final class XidFamilies {
  private static final List<Long> GRAVE = XidCatalogue.grave();

  private XidFamilies() {}

  static void byCode(NodeView view, MetricFamilyBuilder family) {
    for (NodeView.Row row : view.rows()) {
      if (deaf(row) || unheard(row)) {
        continue;
      }
      row.xids().forEach((xid, n) -> add(family, row, xid, n));
      if (has(row.device())) {
        GRAVE.stream().filter(x -> !row.xids().containsKey(x)).forEach(x -> add(family, row, x, 0));
      }
    }
  }

  static void total(NodeView view, MetricFamilyBuilder family) {
    for (NodeView.Row row : view.rows()) {
      if (!deaf(row) && !unheard(row) && (has(row.device()) || !row.xids().isEmpty())) {
        family.add(
            row.labels().lasting(), row.xids().values().stream().mapToLong(Long::longValue).sum());
      }
    }
  }

  /** While nobody listens, "no XID" is not known. */
  static boolean deaf(NodeView.Row row) {
    return row.readings().get(Metric.XID_HEARD) == 0;
  }

  /** A GPU that could never be opened, or is gone, has no zero; what was counted of it stays. */
  private static boolean unheard(NodeView.Row row) {
    return !row.present() && row.xids().isEmpty();
  }

  /** The driver reports XIDs of whole GPUs. */
  private static boolean has(Device device) {
    return device instanceof Gpu gpu && gpu.common().vendor().equals(Vendor.NVIDIA);
  }

  private static void add(MetricFamilyBuilder family, NodeView.Row row, long xid, long count) {
    family.add(row.labels().xid(xid), count);
  }
}
