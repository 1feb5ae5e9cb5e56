package dev.acceld.telemetry;

import dev.acceld.device.DeviceName;
import dev.acceld.device.Metric;
import dev.acceld.device.MigDevice;
import dev.acceld.device.Sample;
import dev.acceld.telemetry.dcgm.DcgmNames;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** How a family under one of dcgm-exporter's names is made, whichever set the name is from. */
final class DcgmFamily {
  /** A share of cycles. */
  record Profiling(String name, String what, Metric metric) {
    String help() {
      return "Share of cycles in which " + what + ", 0 to 1.";
    }
  }

  static final List<Profiling> PROFILING =
      List.of(
          new Profiling("GR_ENGINE_ACTIVE", "any engine was active", Metric.GRAPHICS_ACTIVE),
          new Profiling("SM_ACTIVE", "a multiprocessor had work", Metric.SM_ACTIVE),
          new Profiling("SM_OCCUPANCY", "warp slots were occupied", Metric.SM_OCCUPANCY),
          new Profiling("PIPE_TENSOR_ACTIVE", "any tensor pipe was active", Metric.TENSOR_ACTIVE),
          new Profiling(
              "PIPE_TENSOR_DFMA_ACTIVE",
              "the tensor pipes computed in double precision",
              Metric.TENSOR_DFMA_ACTIVE),
          new Profiling(
              "PIPE_TENSOR_HMMA_ACTIVE",
              "the tensor pipes computed in half precision",
              Metric.TENSOR_HMMA_ACTIVE),
          new Profiling(
              "PIPE_TENSOR_IMMA_ACTIVE",
              "the tensor pipes computed with integers",
              Metric.TENSOR_IMMA_ACTIVE),
          new Profiling("PIPE_FP64_ACTIVE", "the FP64 pipe was active", Metric.FP64_ACTIVE),
          new Profiling("PIPE_FP32_ACTIVE", "the FP32 pipe was active", Metric.FP32_ACTIVE),
          new Profiling("PIPE_FP16_ACTIVE", "the FP16 pipe was active", Metric.FP16_ACTIVE),
          new Profiling("PIPE_INT_ACTIVE", "the integer pipe was active", Metric.INTEGER_ACTIVE),
          new Profiling("DRAM_ACTIVE", "memory was transferring", Metric.DRAM_ACTIVE));

  private DcgmFamily() {}

  /** A family that DCGM 4.7 renamed, under its new name. */
  static MetricFamily renamed(
      String classic, String help, MetricFamily.Shape shape, ToDoubleFunction<Sample> reading) {
    String name = DcgmNames.renamed(classic);
    return of(name, help, shape, reading, v -> v, DeviceLabels::dcgmRenamed);
  }

  /**
   * A family of one value.
   *
   * @param style which label sets it has
   */
  static MetricFamily of(
      String name,
      String help,
      MetricFamily.Shape shape,
      ToDoubleFunction<Sample> reading,
      DoubleUnaryOperator toForeignUnit,
      Function<DeviceLabels, @Nullable Labels> style) {
    return MetricFamily.of(
        name,
        help,
        shape,
        (view, family) -> {
          Set<DeviceName> divided = divided(view, reading);
          for (NodeView.Row row : view.rows()) {
            Labels labels = style.apply(row.labels());
            double value = reading.applyAsDouble(row.readings());
            if (labels != null && !Double.isNaN(value) && !divided.contains(row.device().name())) {
              family.add(labels, toForeignUnit.applyAsDouble(value));
            }
          }
        });
  }

  /**
   * The GPUs whose instances have that value themselves. As with dcgm-exporter the GPU then has no
   * series of its own, which a sum would count twice.
   */
  private static Set<DeviceName> divided(NodeView view, ToDoubleFunction<Sample> reading) {
    Set<DeviceName> gpus = new HashSet<>();
    for (NodeView.Row row : view.rows()) {
      if (row.device() instanceof MigDevice part
          && row.labels().dcgm() != null
          && !Double.isNaN(reading.applyAsDouble(row.readings()))) {
        gpus.add(part.parent());
      }
    }
    return gpus;
  }
}
