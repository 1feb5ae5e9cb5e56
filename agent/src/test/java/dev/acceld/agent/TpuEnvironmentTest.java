package dev.acceld.agent;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.agent.config.Setting;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.fake.kubelet.PrepareAnswer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What containers with TPU chips are told is true for each container that can see it. */
class TpuEnvironmentTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private AgentStage stage;
  private List<String> chips;

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
    stage.ready("a0", Map.of(Setting.MACHINE, "tpu-v5ex8"));
    chips = new ArrayList<>();
    for (ObjectNode slice : stage.api.all(ApiKind.SLICES)) {
      for (JsonNode device : slice.at("/spec/devices")) {
        if (device.at("/attributes/type/string").asText().equals("tpu-chip")) {
          chips.add(device.path("name").asText());
        }
      }
    }
    assertThat(chips).hasSize(8);
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private ClaimId claim(String name, String pod, Map<String, List<String>> requests) {
    return AllocatedClaim.of(stage, name, pod, requests);
  }

  /** Prepares all in one call, as the kubelet does for a pod; the answers in that order. */
  private List<PrepareAnswer> prepare(ClaimId... claims) {
    Map<String, PrepareAnswer> answers = stage.kubelet.prepare(AgentStage.DRIVER, List.of(claims));
    List<PrepareAnswer> inOrder = new ArrayList<>();
    for (ClaimId claim : claims) {
      PrepareAnswer answer = requireNonNull(answers.get(claim.uid()));
      assertThat(answer.error()).isEmpty();
      inOrder.add(answer);
    }
    return inOrder;
  }

  private Map<String, String> environment(List<PrepareAnswer> answers) throws Exception {
    return ContainerEnvironment.of(
        stage, answers.stream().flatMap(answer -> answer.devices().stream()).toList());
  }

  /** Neither the type nor the shape of four chips, nor the same ports for two containers. */
  private static final List<String> OF_FOUR =
      List.of(
          "TPU_ACCELERATOR_TYPE",
          "TPU_CHIPS_PER_HOST_BOUNDS",
          "CHIPS_PER_HOST_BOUNDS",
          "TPU_RUNTIME_METRICS_PORTS");

  @Test
  void twoRequestsInOneContainer() throws Exception {
    Map<String, List<String>> requests = new LinkedHashMap<>();
    requests.put("near", chips.subList(0, 4));
    requests.put("far", chips.subList(4, 8));
    assertThat(environment(prepare(claim("c", "pod", requests))))
        .containsEntry("TPU_SKIP_MDS_QUERY", "true")
        .containsEntry("TPU_HOST_BOUNDS", "1,1,1")
        .doesNotContainKeys(OF_FOUR.toArray(String[]::new));
  }

  /** Three chips are of use only to a container that has the fourth, too. */
  @Test
  void requestsThatMakeABlockTogether() throws Exception {
    Map<String, List<String>> requests = new LinkedHashMap<>();
    requests.put("one", chips.subList(0, 1));
    requests.put("three", chips.subList(1, 4));
    assertThat(environment(prepare(claim("c", "pod", requests))))
        .containsEntry("TPU_CHIPS_PER_HOST_BOUNDS", "2,2,1")
        .containsEntry("TPU_ACCELERATOR_TYPE", "v5litepod-4")
        .containsEntry("TPU_RUNTIME_METRICS_PORTS", "8431,8432,8433,8434");
  }

  @Test
  void requestsThatMakeNoBlockAreRefused() throws Exception {
    Map<String, List<String>> requests = new LinkedHashMap<>();
    requests.put("one", chips.subList(0, 1));
    requests.put("far", List.of(chips.get(3), chips.get(7)));
    assertThat(refused(claim("c", "pod", requests)))
        .contains(chips.get(3) + ", " + chips.get(7) + " are not a block of neighboring chips")
        .contains("shape 1x2");
    assertThat(stage.cdiDir().toFile().list()).isEmpty();
  }

  @Test
  void chipsThatLieApartAreRefused() throws Exception {
    List<String> apart = List.of(chips.get(0), chips.get(1), chips.get(4), chips.get(5));
    assertThat(refused(claim("c", "pod", Map.of("r", apart))))
        .contains("shape 2x2")
        .contains("instead of 4 single chips");
    prepare(claim("d", "pod-2", Map.of("r", chips.subList(0, 4))));
  }

  @Test
  void aShapeIsToldAllAndItsChipsAreTaken() throws Exception {
    PrepareAnswer four =
        prepare(claim("c", "pod", Map.of("r", List.of("tpu-2x2-0000-00-04")))).getFirst();
    assertThat(environment(List.of(four)))
        .containsEntry("TPU_CHIPS_PER_HOST_BOUNDS", "2,2,1")
        .containsEntry("TPU_HOST_BOUNDS", "1,1,1")
        .containsEntry("TPU_ACCELERATOR_TYPE", "v5litepod-4");
    assertThat(refused(claim("d", "pod-2", Map.of("r", chips.subList(3, 4)))))
        .contains("device tpu-2x2-0000-00-04 is still prepared for claim default/c");
    prepare(claim("e", "pod-3", Map.of("r", chips.subList(4, 5))));
  }

  /** It looks at devices, and need not use them together. */
  @Test
  void adminAccessMayHaveAnyChips() throws Exception {
    ClaimId claim =
        claim("c", "pod", Map.of("r", List.of(chips.get(0), chips.get(3), chips.get(7))));
    ObjectNode now = stage.api.find(ApiKind.CLAIMS, "default", "c").orElseThrow();
    now.at("/status/allocation/devices/results")
        .forEach(result -> ((ObjectNode) result).put("adminAccess", true));
    stage.api.replace(ApiKind.CLAIMS, "default", now);
    assertThat(environment(prepare(claim)))
        .containsEntry("TPU_SKIP_MDS_QUERY", "true")
        .doesNotContainKey("TPU_CHIPS_PER_HOST_BOUNDS");
  }

  private String refused(ClaimId claim) {
    return requireNonNull(stage.kubelet.prepare(AgentStage.DRIVER, List.of(claim)).get(claim.uid()))
        .error();
  }

  @Test
  void oneRequestIsToldAll() throws Exception {
    assertThat(environment(prepare(claim("c", "pod", Map.of("r", chips.subList(0, 4))))))
        .containsEntry("TPU_ACCELERATOR_TYPE", "v5litepod-4")
        .containsEntry("TPU_RUNTIME_METRICS_PORTS", "8431,8432,8433,8434")
        .containsKeys(OF_FOUR.toArray(String[]::new));
  }

  @Test
  void twoClaimsOfOnePod() throws Exception {
    ClaimId a = claim("a", "pod", Map.of("r", chips.subList(0, 4)));
    ClaimId b = claim("b", "pod", Map.of("r", chips.subList(4, 8)));
    List<PrepareAnswer> both = prepare(a, b);
    for (List<PrepareAnswer> container :
        List.of(both, List.of(both.getFirst()), List.of(both.getLast()))) {
      assertThat(environment(container))
          .containsEntry("TPU_SKIP_MDS_QUERY", "true")
          .doesNotContainKeys(OF_FOUR.toArray(String[]::new));
    }
  }

  /** A pod begins to use a claim; the scheduler notes it before the kubelet sees the pod. */
  private void alsoUsedBy(String pod, String claim) {
    ObjectNode now = stage.api.find(ApiKind.CLAIMS, "default", claim).orElseThrow();
    ((ArrayNode) now.at("/status/reservedFor"))
        .addObject()
        .put("resource", "pods")
        .put("name", pod)
        .put("uid", "uid-of-" + pod);
    stage.api.replace(ApiKind.CLAIMS, "default", now);
  }

  /** The kubelet asks for a shared claim once, unless it has lost its memory. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSecondPodThatSharesAClaimHasAnotherOne(boolean kubeletAsksForBoth) throws Exception {
    ClaimId a = claim("a", "pod-1", Map.of("r", chips.subList(0, 4)));
    PrepareAnswer shared = prepare(a).getFirst();
    assertThat(environment(List.of(shared))).containsEntry("TPU_ACCELERATOR_TYPE", "v5litepod-4");
    alsoUsedBy("pod-2", "a");
    ClaimId b = claim("b", "pod-2", Map.of("r", chips.subList(4, 8)));
    PrepareAnswer own = (kubeletAsksForBoth ? prepare(a, b) : prepare(b)).getLast();
    for (List<PrepareAnswer> container :
        List.of(List.of(shared, own), List.of(shared), List.of(own))) {
      assertThat(environment(container))
          .containsEntry("TPU_SKIP_MDS_QUERY", "true")
          .doesNotContainKeys(OF_FOUR.toArray(String[]::new));
    }
  }

  /** One claim is prepared for two pods of which the second has another that was there before. */
  @Test
  void aPodThatJoinsAClaimAfterItsOwnWasPrepared() throws Exception {
    PrepareAnswer own = prepare(claim("b", "pod-2", Map.of("r", chips.subList(4, 8)))).getFirst();
    ClaimId a = claim("a", "pod-1", Map.of("r", chips.subList(0, 4)));
    prepare(a);
    assertThat(environment(List.of(own))).containsEntry("TPU_ACCELERATOR_TYPE", "v5litepod-4");
    alsoUsedBy("pod-2", "a");
    PrepareAnswer shared = prepare(a).getFirst();
    for (List<PrepareAnswer> container : List.of(List.of(shared), List.of(own))) {
      assertThat(environment(container)).doesNotContainKeys(OF_FOUR.toArray(String[]::new));
    }
  }

  @Test
  void claimsOfTwoPodsDoNotMeetThoughOneComesLater() throws Exception {
    PrepareAnswer first = prepare(claim("a", "pod-1", Map.of("r", chips.subList(0, 4)))).getFirst();
    PrepareAnswer later = prepare(claim("b", "pod-2", Map.of("r", chips.subList(4, 8)))).getFirst();
    for (PrepareAnswer answer : List.of(first, later)) {
      assertThat(environment(List.of(answer))).containsEntry("TPU_ACCELERATOR_TYPE", "v5litepod-4");
    }
  }

  @Test
  void claimsOfTwoPodsDoNotMeet() throws Exception {
    List<PrepareAnswer> both =
        prepare(
            claim("a", "pod-1", Map.of("r", chips.subList(0, 4))),
            claim("b", "pod-2", Map.of("r", chips.subList(4, 8))));
    for (PrepareAnswer answer : both) {
      assertThat(environment(List.of(answer))).containsEntry("TPU_ACCELERATOR_TYPE", "v5litepod-4");
    }
  }
}
