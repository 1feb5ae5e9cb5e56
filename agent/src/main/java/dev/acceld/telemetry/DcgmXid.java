package dev.acceld.telemetry;

import dev.acceld.device.Gpu;
import dev.acceld.device.HealthReport;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.HealthReport.State;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Instant;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The XID of a fault that is still open, under one of dcgm-exporter's names. */
final class DcgmXid {
  static final String NAME = "DCGM_FI_DEV_XID_ERRORS";

  private DcgmXid() {}

  /** That family, under a name of either set. */
  static MetricFamily family(String name, Function<DeviceLabels, @Nullable Labels> style) {
    return MetricFamily.gauge(
        name,
        "XID of the most recent XID fault that is still open, 0 when there is none;"
            + " acceld_device_xid_errors_total counts each XID.",
        (view, family) -> {
          for (NodeView.Row row : view.rows()) {
            Labels labels = style.apply(row.labels());
            // The driver reports XIDs of whole GPUs.
            if (labels != null
                && row.health() != null
                && row.device() instanceof Gpu
                && !XidFamilies.deaf(row)) {
              openXid(row.health())
                  .ifPresent(xid -> {
                    if (row.present() || xid > 0) { // nobody hears those of one that is away
                      family.add(labels, xid);
                    }
                  });
            }
          }
        });
  }

  /** Empty when nobody can tell. */
  static OptionalDouble openXid(HealthReport health) {
    OptionalDouble newest = OptionalDouble.empty();
    Instant since = Instant.MIN;
    for (Reason reason : health.reasons()) {
      if (reason.code().equals("xid") && !reason.since().isBefore(since)) {
        try {
          newest = OptionalDouble.of(Long.parseLong(reason.value()));
          since = reason.since();
        } catch (NumberFormatException e) {
          continue; // a reason that names no XID says nothing here
        }
      }
    }
    boolean known = newest.isPresent() || health.state() == State.UNKNOWN;
    return known ? newest : OptionalDouble.of(0);
  }
}
