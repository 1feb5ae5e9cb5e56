package dev.acceld.telemetry;

import dev.acceld.device.AttributeValue;
import dev.acceld.device.Metric;
import dev.acceld.device.TpuChip;
import dev.acceld.snapshot.DeviceUser;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The readings of TPU chips under the names of GKE's TPU device plugin, for dashboards that were
 * made for it: by container while one pod alone has the chip, and by node, with {@code _node} at
 * the end, always. What a workload does not tell has no series.
 */
final class GkeTpuFamilies {
  private static final double PERCENT = 100;

  private GkeTpuFamilies() {}

  /**
   * The families.
   *
   * @param nodeName stands for the id of the instance in {@code accelerator_id}
   */
  static List<MetricFamily> all(String nodeName) {
    List<MetricFamily> all = new ArrayList<>();
    add(
        all,
        nodeName,
        "duty_cycle",
        "Percent of time over which the TensorCores were busy",
        row -> row.readings().get(Metric.UTILIZATION) * PERCENT);
    add(
        all,
        nodeName,
        "memory_used",
        "Memory of the chip in use, in bytes",
        row -> row.readings().get(Metric.MEMORY_USED));
    add(
        all,
        nodeName,
        "memory_total",
        "Memory of the chip, in bytes",
        row -> row.readings().get(Metric.MEMORY_TOTAL));
    add(
        all,
        nodeName,
        "memory_bandwidth_utilization",
        "Percent of the memory bandwidth that was used",
        row -> row.readings().get(Metric.DRAM_ACTIVE) * PERCENT);
    return all;
  }

  private static void add(
      List<MetricFamily> all,
      String nodeName,
      String name,
      String help,
      ToDoubleFunction<NodeView.Row> value) {
    all.add(
        MetricFamily.gauge(
            name,
            help + ", by container.",
            (view, family) -> {
              for (NodeView.Row row : view.rows()) {
                if (row.device() instanceof TpuChip chip) {
                  row.labels()
                      .user()
                      .filter(user -> user.pod().isPresent())
                      .ifPresent(user ->
                          family.add(
                              node(chip, nodeName).merge(pod(user)), value.applyAsDouble(row)));
                }
              }
            }));
    all.add(
        MetricFamily.gauge(
            name + "_node",
            help + ", by chip of the node.",
            (view, family) -> {
              for (NodeView.Row row : view.rows()) {
                if (row.device() instanceof TpuChip chip) {
                  family.add(node(chip, nodeName), value.applyAsDouble(row));
                }
              }
            }));
  }

  private static Labels pod(DeviceUser user) {
    Labels.Builder labels = Labels.builder().label("namespace", user.namespace());
    user.pod().ifPresent(pod -> labels.label("pod", pod.name()));
    user.container().ifPresent(container -> labels.label("container", container));
    return labels.build();
  }

  private static Labels node(TpuChip chip, String nodeName) {
    return Labels.of(
        "accelerator_id",
        nodeName + "-" + chip.index(),
        "make",
        "cloud-tpu",
        "model",
        text(chip, "accelerator", chip.generation()),
        "tpu_topology",
        text(chip, "topology", ""));
  }

  private static String text(TpuChip chip, String attribute, String otherwise) {
    return chip.common().attributes().get(attribute) instanceof AttributeValue.StringValue text
        ? text.value()
        : otherwise;
  }
}
