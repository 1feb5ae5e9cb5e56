package dev.acceld.agent;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.agent.config.Setting;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.fake.kubelet.PrepareAnswer;
import dev.acceld.fake.kubelet.PrepareAnswer.AnsweredDevice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several claims or requests for TPU chips in one pod: each container is told what it has. */
class TpuContainersTest {
  private static final Map<Setting, String> TPU = Map.of(Setting.MACHINE, "tpu-v5ex8");
  private static final String BOUNDS = "TPU_CHIPS_PER_HOST_BOUNDS";
  private static final String TYPE = "TPU_ACCELERATOR_TYPE";
  private static final String PORTS = "TPU_RUNTIME_METRICS_PORTS";

  private AgentStage stage;
  private Agent agent;
  private final List<String> chips = new ArrayList<>();
  private final ObjectNode pod = new ObjectMapper().createObjectNode();
  private final Map<String, List<AnsweredDevice>> answers = new LinkedHashMap<>();
  private String podUid = "";

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
    agent = stage.ready("a0", TPU);
    for (ObjectNode slice : stage.api.all(ApiKind.SLICES)) {
      for (JsonNode device : slice.at("/spec/devices")) {
        if (device.at("/attributes/type/string").asText().equals("tpu-chip")) {
          chips.add(device.path("name").asText());
        }
      }
    }
    pod.putObject("metadata").put("name", "pod").put("namespace", "default");
    pod.putObject("spec").put("nodeName", AgentStage.NODE);
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  /**
   * A container of the pod.
   *
   * @param uses names of claims, or {@code claim/request}
   */
  private void container(String list, String name, String... uses) {
    ObjectNode container = pod.withObject("spec").withArray(list).addObject().put("name", name);
    for (String use : uses) {
      String[] parts = use.split("/");
      ObjectNode claim =
          container.withObject("resources").withArray("claims").addObject().put("name", parts[0]);
      if (parts.length > 1) {
        claim.put("request", parts[1]);
      }
    }
  }

  /** Each claim from a template: the pod knows it by another name than it has. */
  private void create(String... claims) {
    ArrayNode inSpec = pod.withObject("spec").putArray("resourceClaims");
    ArrayNode inStatus = pod.withObject("status").putArray("resourceClaimStatuses");
    for (String claim : claims) {
      inSpec.addObject().put("name", claim).put("resourceClaimTemplateName", "t");
      inStatus.addObject().put("name", claim).put("resourceClaimName", "pod-" + claim);
    }
    podUid = stage.api.create(ApiKind.PODS, "default", pod).at("/metadata/uid").asText();
  }

  private ClaimId claim(String name, Map<String, List<String>> requests) {
    return AllocatedClaim.of(stage, "pod-" + name, "pod", podUid, requests);
  }

  private ClaimId claim(String name, int chip) {
    return claim(name, Map.of("r", List.of(chips.get(chip))));
  }

  /** In one call, as the kubelet does. */
  private List<String> prepare(ClaimId... claims) {
    Map<String, PrepareAnswer> all = stage.kubelet.prepare(AgentStage.DRIVER, List.of(claims));
    List<String> errors = new ArrayList<>();
    for (ClaimId claim : claims) {
      PrepareAnswer answer = requireNonNull(all.get(claim.uid()));
      answers.put(claim.name(), answer.devices());
      if (!answer.error().isEmpty()) {
        errors.add(answer.error());
      }
    }
    return errors;
  }

  /** What a container is told that uses these, named as for {@link #container}. */
  private Map<String, String> environment(String... uses) throws Exception {
    List<AnsweredDevice> devices = new ArrayList<>();
    for (String use : uses) {
      String[] parts = use.split("/");
      requireNonNull(answers.get("pod-" + parts[0])).stream()
          .filter(d -> parts.length == 1 || d.requests().contains(parts[1]))
          .forEach(devices::add);
    }
    return ContainerEnvironment.of(stage, devices);
  }

  @Test
  void twoContainersWithAChipEachAreEachToldOfOne() throws Exception {
    container("containers", "left", "a");
    container("containers", "right", "b");
    create("a", "b");
    assertThat(prepare(claim("a", 0), claim("b", 3))).isEmpty();
    for (String claim : List.of("a", "b")) {
      assertThat(environment(claim))
          .containsEntry(BOUNDS, "1,1,1")
          .containsEntry(TYPE, "v5litepod-1")
          .doesNotContainKey(PORTS); // both have the pod's network
    }
  }

  @Test
  void requestsOfOneClaimInTwoContainers() throws Exception {
    container("containers", "four", "a/near");
    container("containers", "one", "a/far");
    create("a");
    Map<String, List<String>> requests = new LinkedHashMap<>();
    requests.put("near", chips.subList(0, 4));
    requests.put("far", chips.subList(7, 8));
    assertThat(prepare(claim("a", requests))).isEmpty();
    assertThat(environment("a/near")).containsEntry(BOUNDS, "2,2,1").doesNotContainKey(PORTS);
    assertThat(environment("a/far")).containsEntry(BOUNDS, "1,1,1").doesNotContainKey(PORTS);
  }

  @Test
  void twoClaimsInOneContainerAreUnitedToABlock() throws Exception {
    container("containers", "main", "a", "b");
    container("containers", "sidecar");
    create("a", "b");
    assertThat(prepare(claim("a", 0), claim("b", 1))).isEmpty();
    assertThat(environment("a", "b"))
        .containsEntry("TPU_HOST_BOUNDS", "1,1,1")
        .containsEntry(BOUNDS, "1,2,1")
        .doesNotContainKey(PORTS);
    Map<Path, String> files = cdi();
    agent.close();
    for (Path file : files.keySet()) {
      Files.delete(file);
    }
    agent = stage.ready("a1", TPU);
    await().atMost(AgentStage.PATIENCE).untilAsserted(() -> assertThat(cdi()).isEqualTo(files));
  }

  private Map<Path, String> cdi() throws Exception {
    Map<Path, String> files = new LinkedHashMap<>();
    for (String file : stage.claimFiles()) {
      files.put(stage.cdiDir().resolve(file), Files.readString(stage.cdiDir().resolve(file)));
    }
    return files;
  }

  /** Whatever the order, and whether or not three of them are of any use. */
  @Test
  void fourSingleChipsInOneContainerAreUnited() throws Exception {
    container("containers", "main", "a", "b", "c", "d");
    create("a", "b", "c", "d");
    ClaimId[] claims = {claim("a", 0), claim("d", 3), claim("b", 1), claim("c", 2)};
    for (ClaimId claim : claims) {
      assertThat(prepare(claim)).isEmpty();
    }
    assertThat(environment("a", "b", "c", "d"))
        .containsEntry(BOUNDS, "2,2,1")
        .containsEntry(TYPE, "v5litepod-4");
  }

  @Test
  void chipsThatAreNoBlockAreRefusedInOneContainer() {
    container("containers", "main", "a", "b");
    create("a", "b");
    ClaimId a = claim("a", 0);
    ClaimId b = claim("b", 7);
    for (int again = 0; again < 2; again++) {
      assertThat(prepare(a, b))
          .singleElement()
          .asString()
          .contains("container main gets all devices of claims pod-a, pod-b: ")
          .contains(chips.get(0))
          .contains(chips.get(7))
          .contains("are not a block of neighboring chips")
          .contains("DeviceClass tpu-shape.<domain>, shape 1x2");
    }
  }

  /** It runs before the others, with what it has. */
  @Test
  void anInitContainerCounts() throws Exception {
    container("initContainers", "first", "a");
    container("containers", "main", "a", "b");
    create("a", "b");
    assertThat(prepare(claim("a", 0), claim("b", 1))).isEmpty();
    assertThat(environment("a")).doesNotContainKey(BOUNDS);
    assertThat(environment("a", "b")).containsEntry(BOUNDS, "1,2,1");
  }

  @Test
  void anInitContainerIsRefusedByItsName() {
    container("initContainers", "first", "a", "b");
    container("containers", "main", "a");
    create("a", "b");
    assertThat(prepare(claim("a", 0), claim("b", 7)))
        .singleElement()
        .asString()
        .startsWith("container first gets");
  }

  /** Of a claim of another driver nothing is to be waited for. */
  @Test
  void aNetworkCardInTheSameContainerDoesNotHideThatChipsAreApart() {
    container("containers", "main", "a", "b", "nic");
    create("a", "b", "nic");
    ObjectNode nic = new ObjectMapper().createObjectNode();
    nic.putObject("metadata").put("name", "pod-nic").put("namespace", "default");
    nic.withObject("/status/allocation/devices")
        .putArray("results")
        .addObject()
        .put("request", "r")
        .put("driver", "nic.example")
        .put("pool", "p")
        .put("device", "eth1");
    stage.api.create(ApiKind.CLAIMS, "default", nic);
    assertThat(prepare(claim("a", 0), claim("b", 7))).singleElement().asString().contains("main");
  }

  /** Chips that are of no use without another claim's wait for that one. */
  @Test
  void threeChipsBesideAClaimThatComesLater() throws Exception {
    container("containers", "main", "a", "b");
    create("a", "b");
    ClaimId one = claim("a", 0);
    assertThat(prepare(claim("b", Map.of("r", chips.subList(1, 4))))).isEmpty();
    assertThat(prepare(one)).isEmpty();
    assertThat(environment("a", "b")).containsEntry(BOUNDS, "2,2,1");
  }
}
