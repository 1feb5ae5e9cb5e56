package dev.acceld.e2e.scenario;

import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.install.ClaimPod;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Workspace;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a cluster says of devices that break. */
final class Faults {
  private static final Logger LOG = LoggerFactory.getLogger(Faults.class);
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final Duration SOON = Duration.ofSeconds(40);

  private Faults() {}

  /** Starts a pod with one device and says which it got. */
  static String running(Workspace workspace, String pod) {
    workspace.apply(ClaimPod.of(pod));
    workspace.awaitPhase(pod, "Running", LONG);
    return Allocations.deviceOf(workspace, pod);
  }

  /** Waits for what follows an event of that moment ({@link System#nanoTime}) within seconds. */
  static void awaited(String what, long since, BooleanSupplier holds) {
    Await.until(what, SOON, holds);
    LOG.info("{} after {} ms", what, (System.nanoTime() - since) / 1_000_000);
  }

  /**
   * Waits until everybody who must know has heard of a fault under a running pod: taint, metric,
   * status of the pod, Events of pod and claim, flight record.
   *
   * @param reason the code of the fault
   * @param since when the fault was injected ({@link System#nanoTime})
   */
  static void told(
      Acceld acceld, Workspace workspace, String pod, String device, String reason, long since) {
    awaited(
        "taint",
        since,
        () -> taints(acceld, device).contains("acceld.dev/" + reason + " NoSchedule"));
    awaited("metric", since, () -> hasSeries(acceld, device, reason));
    awaited("status of the pod", since, () -> status(workspace, pod).contains("\"Unhealthy\""));
    awaited("Event of the pod", since, () -> warned(workspace, pod + " "));
    awaited("Event of the claim", since, () -> warned(workspace, pod + "-gpu-"));
    awaited(
        "flight record", since, () -> acceld.exec("faults").contains(workspace.name() + "/" + pod));
  }

  private static boolean warned(Workspace workspace, String about) {
    return workspace.warnings().stream()
        .anyMatch(w -> w.startsWith(about) && w.contains(" AcceleratorUnhealthy: "));
  }

  /** Whether the metrics say that a device has a fault. */
  static boolean hasSeries(Acceld acceld, String device, String reason) {
    return acceld
        .metrics()
        .lines()
        .anyMatch(line ->
            line.startsWith("acceld_device_health_reason{")
                && line.contains("device=\"" + device + "\"")
                && line.contains("reason=\"" + reason + "\""));
  }

  /** Key and effect of each taint of a device. */
  static List<String> taints(Acceld acceld, String device) {
    return acceld.slices().stream()
        .flatMap(slice -> slice.getSpec().getDevices().stream())
        .filter(each -> each.getName().equals(device) && each.getTaints() != null)
        .flatMap(each -> each.getTaints().stream())
        .map(taint -> taint.getKey() + " " + taint.getEffect())
        .toList();
  }

  /** The status of a pod, as JSON. */
  static String status(Workspace workspace, String pod) {
    return Serialization.asJson(workspace.pod(pod).orElseThrow().getStatus());
  }
}
