package dev.acceld.telemetry;

import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.snapshot.ContainerUses;
import dev.acceld.snapshot.Holders;
import dev.acceld.usage.ClaimUsage;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;

/** Which containers use which claims and devices, as the kubelet told it: to be joined. */
final class ContainerFamilies {
  private ContainerFamilies() {}

  static List<MetricFamily> all() {
    return List.of(
        MetricFamily.info(
            "acceld_claim_container_info",
            "Containers that refer to a prepared claim, as the kubelet reports them; of an ended"
                + " one for five more minutes.",
            ContainerFamilies::claims),
        MetricFamily.info(
            "acceld_device_plugin_info",
            "Containers that have the device from a device plugin instead of a claim.",
            ContainerFamilies::plugins));
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
