package dev.acceld.telemetry;

import dev.acceld.device.HealthReport;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.ProbeStatus;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.dra.claim.PreparedDevice;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.snapshot.Holders;
import dev.acceld.usage.ClaimUsage;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** Identity and health of the devices, the probes, and who holds what. */
final class NodeFamilies {
  private NodeFamilies() {}

  static List<MetricFamily> all() {
    return List.of(
        MetricFamily.info(
            "acceld_device_info",
            "Identity of each device; join with the label device.",
            (view, family) -> view.rows().forEach(r -> family.add(r.labels().identity(), 1))),
        MetricFamily.gauge(
            "acceld_device_present",
            "1 while the device is present, 0 when it has disappeared since boot.",
            (view, family) -> view.rows().forEach(r -> family.add(r.labels().own(), r.present()))),
        MetricFamily.gauge(
            "acceld_device_schedulable",
            "1 when new pods can get the device, 0 when its health prevents it.",
            NodeFamilies::schedulable),
        MetricFamily.gauge(
            "acceld_device_health_state",
            "1 for the current state of the device, 0 for the others.",
            NodeFamilies::healthState),
        MetricFamily.gauge(
            "acceld_device_health_reason",
            "1 for each current problem of the device, with the recommended action.",
            NodeFamilies::healthReason),
        MetricFamily.counter(
            "acceld_device_xid_errors_total",
            "XID errors that the driver reported since the agent started, by XID; critical XIDs"
                + " start at 0.",
            XidFamilies::byCode),
        MetricFamily.counter(
            "acceld_device_xids_total",
            "XID errors of any kind that the driver reported since the agent started.",
            XidFamilies::total),
        MetricFamily.counter(
            "acceld_device_operational_events_total",
            "GPU Operational Events that the driver reported since the agent started, by event,"
                + " without those that it also reports as XIDs; those of earlier errors are"
                + " included, with or without an XID.",
            OperationalEventFamilies::byEvent),
        MetricFamily.info(
            "acceld_device_claim_info",
            "Claims that have the device; several if it is shared.",
            NodeFamilies::deviceClaims),
        MetricFamily.info(
            "acceld_claim_pod_info",
            "Pods known to use a prepared claim; of an ended one for five more minutes.",
            NodeFamilies::claimPods),
        MetricFamily.gauge(
            "acceld_claims_prepared",
            "Claims that are currently prepared on this node.",
            (view, family) -> {
              if (view.claims() != null) {
                family.add(Labels.EMPTY, view.claims().size());
              }
            }),
        MetricFamily.gauge(
            "acceld_probe_up",
            "1 while the probe responds, 0 when it does not; no series where its hardware was"
                + " never found.",
            (view, family) -> {
              for (ProbeStatus probe : view.probes()) {
                boolean ready = probe.state() == ProbeStatus.State.READY;
                boolean seen =
                    view.rows().stream()
                        .anyMatch(r -> r.device().common().vendor().probe().equals(probe.probe()));
                if (ready || seen || probe.state() != ProbeStatus.State.WAITING) {
                  family.add(Labels.of("probe", probe.probe()), ready);
                }
              }
            }),
        MetricFamily.gauge(
            "acceld_probe_complete",
            "1 while the probe reports all hardware, 0 while something is missing or does not"
                + " work; /readyz names it.",
            (view, family) -> {
              for (ProbeStatus probe : view.probes()) {
                if (probe.state() == ProbeStatus.State.READY) {
                  family.add(Labels.of("probe", probe.probe()), probe.complete());
                }
              }
            }),
        MetricFamily.gauge(
            "acceld_probe_state",
            "1 for the current state of the probe, 0 for the others.",
            (view, family) -> {
              for (ProbeStatus probe : view.probes()) {
                for (ProbeStatus.State state : ProbeStatus.State.values()) {
                  family.add(
                      Labels.of("probe", probe.probe(), "state", lower(state)),
                      probe.state() == state);
                }
              }
            }),
        MetricFamily.gauge(
            "acceld_readings_age_seconds",
            "Time since the probe's last sample; it grows while the probe fails or hangs.",
            (view, family) ->
                view.readingsAges()
                    .forEach((probe, age) ->
                        family.add(Labels.of("probe", probe), age.toMillis() / 1e3))));
  }

  /** What {@code /readyz} says, by the name of the condition. */
  static MetricFamily conditions(Supplier<Map<String, Boolean>> now) {
    return MetricFamily.gauge(
        "acceld_condition",
        "1 while the condition of /readyz is met, 0 while it is not; some have a series only while"
            + " they are not met.",
        (view, family) ->
            now.get().forEach((name, met) -> family.add(Labels.of("condition", name), met)));
  }

  private static void schedulable(NodeView view, MetricFamilyBuilder family) {
    for (NodeView.Row row : view.rows()) {
      if (row.health() != null) {
        family.add(row.labels().own(), row.health().schedulable());
      }
    }
  }

  private static void healthState(NodeView view, MetricFamilyBuilder family) {
    for (NodeView.Row row : view.rows()) {
      if (row.health() != null) {
        for (HealthReport.State state : HealthReport.State.values()) {
          family.add(row.labels().with(state), row.health().state() == state);
        }
      }
    }
  }

  private static void healthReason(NodeView view, MetricFamilyBuilder family) {
    for (NodeView.Row row : view.rows()) {
      if (row.health() != null) {
        for (Reason reason : row.health().reasons()) {
          Labels why =
              Labels.of(
                  "reason",
                  reason.code(),
                  "value",
                  reason.value(),
                  "action",
                  lower(reason.action()));
          family.add(row.labels().own().merge(why), 1);
        }
      }
    }
  }

  private static void deviceClaims(NodeView view, MetricFamilyBuilder family) {
    if (view.claims() == null) {
      return;
    }
    for (PreparedClaim claim : view.claims()) {
      for (PreparedDevice device : claim.devices()) {
        Labels.Builder labels =
            claim(claim.claim())
                .label("device", device.device())
                .label("pool", device.pool())
                .label("request", device.request())
                .label("admin_access", Boolean.toString(device.adminAccess()));
        device.shareId().ifPresent(share -> labels.label("share_id", share));
        family.add(labels.build(), 1);
      }
    }
  }

  private static void claimPods(NodeView view, MetricFamilyBuilder family) {
    if (view.claims() != null) {
      view.claims().forEach(claim -> pods(claim.claim(), claim.pods(), family));
    }
    // Those of claims that have just ended stay as long as their counters: the two are joined.
    for (ClaimUsage claim : view.usage().claims()) {
      if (claim.endedAt().isPresent()) {
        pods(claim.claim(), claim.pods(), family);
      }
    }
  }

  private static void pods(ClaimRef of, List<PodRef> pods, MetricFamilyBuilder family) {
    for (PodRef pod : Holders.distinct(pods)) {
      Labels.Builder labels = claim(of).label("pod", pod.name());
      if (!pod.uid().isEmpty()) {
        labels.label("pod_uid", pod.uid());
      }
      family.add(labels.build(), 1);
    }
  }

  /** The labels that name a claim. */
  static Labels.Builder claim(ClaimRef of) {
    return Labels.builder()
        .label("claim", of.name())
        .label("namespace", of.namespace())
        .label("claim_uid", of.uid());
  }

  private static String lower(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT);
  }
}
