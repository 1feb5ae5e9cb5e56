package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.agent.config.Setting;
import dev.acceld.device.Device;
import dev.acceld.device.Gpu;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.PodId;
import dev.acceld.fake.apiserver.ApiKind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A whole agent learns from the kubelet which container has a device. */
class ContainersOfClaimsTest {
  private static final PodId TRAIN = new PodId("default", "train", "");

  private AgentStage stage;

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private static List<String> series(Agent agent, String name) throws Exception {
    return AgentStage.metrics(agent).stream().filter(l -> l.startsWith(name + "{")).toList();
  }

  @Test
  void theContainerIsNamedAndStaysNamedWhileTheKubeletIsAway() throws Exception {
    Agent agent = stage.ready("a0", Map.of());
    ClaimId claim = stage.claim("train");
    stage.kubelet.containers(TRAIN, List.of("trainer"));
    stage.kubelet.startPod(AgentStage.DRIVER, TRAIN, List.of(claim));

    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(series(agent, "DCGM_FI_DEV_POWER_USAGE"))
                .singleElement()
                .asString()
                .contains("pod=\"train\"", "container=\"trainer\""));
    assertThat(series(agent, "acceld_claim_container_info"))
        .singleElement()
        .asString()
        .contains("claim_uid=\"" + claim.uid() + "\"", "container=\"trainer\"");
    assertThat(series(agent, "acceld_claim_device_seconds_total"))
        .singleElement()
        .asString()
        .doesNotContain("container=", "pod=");

    stage.kubelet.stop();
    Thread.sleep(2000);
    assertThat(series(agent, "DCGM_FI_DEV_POWER_USAGE").getFirst())
        .contains("container=\"trainer\"");
  }

  @Test
  void theOwnerAndLabelsOfAPodAreServedWhereSomebodyAskedForThem() throws Exception {
    Agent agent =
        stage.ready("a0", Map.of(Setting.POD_LABELS, "jobset.sigs.k8s.io/jobset-name, app"));
    ClaimId claim = stage.claim("train");
    ObjectNode pod = stage.api.find(ApiKind.PODS, "default", "train").orElseThrow();
    ObjectNode meta = pod.withObject("metadata");
    meta.withObject("labels").put("app", "llm").put("secret", "s");
    meta.withArray("ownerReferences")
        .addObject()
        .put("kind", "Job")
        .put("name", "train-workers")
        .put("controller", true);
    stage.api.replace(ApiKind.PODS, "default", pod);
    stage.kubelet.startPod(AgentStage.DRIVER, TRAIN, List.of(claim));

    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(series(agent, "acceld_pod_workload_info"))
                .singleElement()
                .asString()
                .contains(
                    "label_app=\"llm\"",
                    "owner_kind=\"Job\"",
                    "owner_name=\"train-workers\"",
                    "pod=\"train\"")
                .doesNotContain("secret", "jobset"));
    assertThat(series(agent, "acceld_pod_accelerator_devices")).hasSize(1);
  }

  @Test
  void aPodOfADevicePluginIsNamedThoughNoClaimIsPrepared() throws Exception {
    stage.kubelet.devicePlugin("nvidia.com/gpu", List.of("GPU-1"));
    Agent agent = stage.ready("a0", Map.of());
    await().atMost(PATIENCE).until(() -> !agent.inventory().devices().isEmpty());
    Device first = agent.inventory().devices().getFirst();
    stage.kubelet.givePlugin(
        new PodId("team", "classic", ""), "main", "nvidia.com/gpu", List.of(((Gpu) first).uuid()));

    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(series(agent, "DCGM_FI_DEV_POWER_USAGE"))
                .singleElement()
                .asString()
                .contains("namespace=\"team\"", "pod=\"classic\"", "container=\"main\"")
                .doesNotContain("dra_"));
  }
}
