package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.install.ClaimPod;
import dev.acceld.e2e.junit.OwnClusterOnly;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import dev.acceld.tools.Run;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClass;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimTemplate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** `helm uninstall`. */
@RealCluster
@OwnClusterOnly
@Tag("main")
class UninstallIT {
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final List<Class<? extends HasMetadata>> CLUSTER_WIDE =
      List.of(
          ClusterRole.class,
          ClusterRoleBinding.class,
          DeviceClass.class,
          ValidatingAdmissionPolicy.class,
          ValidatingAdmissionPolicyBinding.class);

  @Test
  void refusesWhileAPodHoldsADeviceThenLeavesNothing(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster, Map.of("uninstall.timeout", "5s"));
    workspace.apply(ClaimPod.TEMPLATE);
    workspace.apply(ClaimPod.of("holder"));
    workspace.awaitPhase("holder", "Running", LONG);

    Run.Result refused = acceld.uninstall().now();
    assertThat(refused.ok()).as(refused.out()).isFalse();
    assertThat(hookLog(acceld)).contains(workspace.name() + "/holder");
    // Refused is refused: everything still works.
    workspace.apply(ClaimPod.of("another"));
    workspace.awaitPhase("another", "Running", LONG);
    for (String pod : List.of("holder", "another")) {
      workspace.deletePod(pod);
      workspace.awaitGone(pod, LONG);
    }

    Run.Result done = acceld.uninstall().now();
    assertThat(done.ok()).as(done.out() + done.err()).isTrue();
    Await.until(
        "nothing on the node",
        LONG,
        () -> acceld.footprint().gone(),
        () -> acceld.footprint().toString());
    String plugins = cluster.node().kubeletDir() + "/plugins/" + Acceld.DRIVER;
    assertThat(cluster.node().exists(plugins)).isFalse();
    // The kubelet clears up behind a driver that has gone, after half a minute.
    Await.until("no slices", LONG, () -> acceld.slices().isEmpty());
    assertThat(left(cluster)).isEmpty();
  }

  /** What the job that refused said. */
  private static String hookLog(Acceld acceld) {
    Workspace workspace = acceld.workspace();
    return workspace.pods().stream()
        .filter(pod ->
            "await-unused".equals(pod.getMetadata().getLabels().get("app.kubernetes.io/component")))
        .map(pod -> workspace.logs(pod.getMetadata().getName()))
        .findFirst()
        .orElse("(no such pod: " + workspace.describe() + ")");
  }

  private static List<String> left(Cluster cluster) {
    Stream<? extends HasMetadata> wide =
        CLUSTER_WIDE.stream()
            .flatMap(kind -> cluster.client().resources(kind).list().getItems().stream());
    Stream<? extends HasMetadata> inNamespace =
        Stream.of(DaemonSet.class, Job.class, ResourceClaimTemplate.class)
            .flatMap(kind ->
                cluster
                    .client()
                    .resources(kind)
                    .inNamespace(Acceld.NAMESPACE)
                    .list()
                    .getItems()
                    .stream());
    return Stream.concat(wide, inNamespace)
        .filter(object -> ours(object.getMetadata().getLabels()))
        .map(object -> object.getKind() + " " + object.getMetadata().getName())
        .toList();
  }

  private static boolean ours(Map<String, String> labels) {
    return labels != null && Acceld.RELEASE.equals(labels.get("app.kubernetes.io/instance"));
  }
}
