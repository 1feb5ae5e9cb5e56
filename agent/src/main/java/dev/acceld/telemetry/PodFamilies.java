package dev.acceld.telemetry;

import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.signals.PodSignals;
import dev.acceld.snapshot.ContainerUses;
import dev.acceld.snapshot.Holders;
import dev.acceld.usage.ClaimUsage;
import dev.acceld.workload.LabelNames;
import dev.acceld.workload.PodWorkload;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * What pods and their containers have, and how busy it is: by pod, for what scales pods and routes
 * requests, and as information about containers, to be joined.
 */
final class PodFamilies {
  private PodFamilies() {}

  static List<MetricFamily> all() {
    return List.of(
        MetricFamily.info(
            "acceld_claim_container_info",
            "Containers that refer to a prepared claim, as the kubelet reports them; of an ended"
                + " one for five more minutes.",
            PodFamilies::claims),
        MetricFamily.info(
            "acceld_device_plugin_info",
            "Containers that have the device from a device plugin instead of a claim.",
            PodFamilies::plugins),
        signal(
            "devices",
            "Devices of the pod; a device that several pods or claims share counts in equal parts.",
            PodSignals::devices),
        signal(
            "busy_ratio",
            "Utilization of the pod's devices, 0 to 1, mean over those that report it.",
            PodSignals::busyRatio),
        signal(
            "memory_used_ratio",
            "Used share of the memory of the pod's fullest device, 0 to 1.",
            PodSignals::memoryUsedRatio),
        signal(
            "saturation_ratio",
            "Used share of compute units or memory bandwidth, whichever is higher, of the pod's most"
                + " loaded device, 0 to 1.",
            PodSignals::saturationRatio),
        signal(
            "power_watts",
            "Power draw of the pod's devices; that of a shared device in equal parts, that of a"
                + " partition in proportion to its memory.",
            PodSignals::powerWatts));
  }

  private static MetricFamily signal(String name, String help, ToDoubleFunction<PodSignals> value) {
    return MetricFamily.gauge(
        "acceld_pod_accelerator_" + name,
        help,
        (view, family) ->
            view.pods().forEach((labels, pod) -> family.add(labels, value.applyAsDouble(pod))));
  }

  /** To which workload each pod belongs; nothing where nobody asked for it. */
  static MetricFamily workloads(Supplier<List<PodWorkload>> known) {
    return MetricFamily.info(
        "acceld_pod_workload_info",
        "Owner of each pod with a device, and those of its labels that the agent was told to serve.",
        (view, family) -> {
          for (PodWorkload of : known.get()) {
            Labels.Builder labels =
                Labels.builder()
                    .label("owner_kind", of.ownerKind())
                    .label("owner_name", of.ownerName());
            of.labels().forEach((key, value) -> labels.label(LabelNames.of(key), value));
            family.add(pod(of.pod()).merge(labels.build()), 1);
          }
        });
  }

  /** The labels that name a pod. */
  static Labels pod(PodRef pod) {
    Labels.Builder labels =
        Labels.builder().label("namespace", pod.namespace()).label("pod", pod.name());
    if (!pod.uid().isEmpty()) {
      labels.label("pod_uid", pod.uid());
    }
    return labels.build();
  }

  private static void claims(NodeView view, MetricFamilyBuilder family) {
    if (view.claims() != null) {
      for (PreparedClaim claim : view.claims()) {
        add(view.containers(), claim.claim(), claim.pods(), family);
      }
    }
    for (ClaimUsage claim : view.usage().claims()) {
      if (claim.endedAt().isPresent()) {
        add(view.containers(), claim.claim(), claim.pods(), family);
      }
    }
  }

  private static void add(
      ContainerUses containers, ClaimRef claim, List<PodRef> pods, MetricFamilyBuilder family) {
    for (PodRef pod : Holders.distinct(pods)) {
      for (String container : containers.of(claim, pod)) {
        Labels.Builder labels =
            NodeFamilies.claim(claim).label("pod", pod.name()).label("container", container);
        if (!pod.uid().isEmpty()) {
          labels.label("pod_uid", pod.uid());
        }
        family.add(labels.build(), 1);
      }
    }
  }

  private static void plugins(NodeView view, MetricFamilyBuilder family) {
    for (ContainerUses.Given given : view.containers().plugins()) {
      family.add(
          Labels.of(
              "device",
              given.device().value(),
              "resource",
              given.resource(),
              "namespace",
              given.pod().namespace(),
              "pod",
              given.pod().name(),
              "container",
              given.container()),
          1);
    }
  }
}
