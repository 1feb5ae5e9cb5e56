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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A pod of a Job over several TPU hosts is told which worker it is, if its claim asks for that. */
class TpuSliceTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String INDEX = "batch.kubernetes.io/job-completion-index";
  private static final String SLICE = "{\"topology\": \"2x2x4\", \"workers\": 4}";
  private AgentStage stage;
  private List<String> chips;
  private String wholeHost = "";

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
    stage.ready("a0", Map.of(Setting.MACHINE, "tpu-v4x4"));
    chips = new ArrayList<>();
    for (ObjectNode slice : stage.api.all(ApiKind.SLICES)) {
      for (JsonNode device : slice.at("/spec/devices")) {
        if (device.at("/attributes/type/string").asText().equals("tpu-chip")) {
          chips.add(device.path("name").asText());
        } else if (device.at("/attributes/wholeHost/bool").asBoolean()) {
          wholeHost = device.path("name").asText();
        }
      }
    }
    assertThat(chips).hasSize(4);
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  /** As the Job controller makes it. */
  private String pod(String name, int index) {
    stage.api.addPod("default", name, AgentStage.NODE, name);
    ObjectNode pod = stage.api.find(ApiKind.PODS, "default", name).orElseThrow();
    pod.withObject("spec").put("hostname", "train-" + index).put("subdomain", "hosts");
    pod.withObject("metadata").withObject("labels").put(INDEX, Integer.toString(index));
    stage.api.replace(ApiKind.PODS, "default", pod);
    return pod.at("/metadata/uid").asText();
  }

  private ClaimId claim(String name, String slice, List<String> devices, String podUid)
      throws Exception {
    ObjectNode claim = JSON.createObjectNode();
    claim.putObject("metadata").put("name", name).put("namespace", "default");
    ObjectNode allocation = claim.putObject("status").putObject("allocation").putObject("devices");
    ArrayNode results = allocation.putArray("results");
    for (String device : devices) {
      results
          .addObject()
          .put("request", "tpus")
          .put("driver", AgentStage.DRIVER)
          .put("pool", AgentStage.NODE)
          .put("device", device);
    }
    if (!slice.isEmpty()) {
      ObjectNode config = allocation.putArray("config").addObject().put("source", "FromClaim");
      config
          .putObject("opaque")
          .put("driver", AgentStage.DRIVER)
          .putObject("parameters")
          .put("apiVersion", "tpu.acceld.dev/v1alpha1")
          .put("kind", "TpuConfig")
          .set("slice", JSON.readTree(slice));
    }
    claim
        .withObject("status")
        .putArray("reservedFor")
        .addObject()
        .put("resource", "pods")
        .put("name", name)
        .put("uid", podUid);
    ObjectNode stored = stage.api.create(ApiKind.CLAIMS, "default", claim);
    return new ClaimId("default", name, stored.at("/metadata/uid").asText());
  }

  private PrepareAnswer answer(ClaimId claim) {
    return requireNonNull(
        stage.kubelet.prepare(AgentStage.DRIVER, List.of(claim)).get(claim.uid()));
  }

  private Map<String, String> environment(ClaimId claim) throws Exception {
    assertThat(answer(claim).error()).isEmpty();
    Map<String, String> env = new TreeMap<>();
    for (Path file : files()) {
      for (JsonNode device : JSON.readTree(file.toFile()).path("devices")) {
        for (JsonNode e : device.at("/containerEdits/env")) {
          String[] pair = e.asText().split("=", 2);
          env.put(pair[0], pair[1]);
        }
      }
    }
    return env;
  }

  private List<Path> files() throws Exception {
    try (var files = Files.list(stage.cdiDir())) {
      return files.filter(file -> file.toString().endsWith(".json")).toList();
    }
  }

  private long podsRead() {
    return stage.api.requests().count("get", "pods");
  }

  @Test
  void aWorkerOfAnIndexedJob() throws Exception {
    ClaimId claim = claim("w2", SLICE, chips, pod("w2", 2));
    Map<String, String> told = environment(claim);
    assertThat(told)
        .containsEntry("TPU_WORKER_ID", "2")
        .containsEntry(
            "TPU_WORKER_HOSTNAMES", "train-0.hosts,train-1.hosts,train-2.hosts,train-3.hosts")
        .containsEntry("TPU_TOPOLOGY", "2x2x4")
        .containsEntry("TPU_HOST_BOUNDS", "1,1,4")
        .containsEntry("TPU_CHIPS_PER_HOST_BOUNDS", "2,2,1")
        .containsEntry("TPU_ACCELERATOR_TYPE", "v4-32")
        .containsEntry("TPU_SKIP_MDS_QUERY", "true");
    assertThat(podsRead()).isEqualTo(1);
    Files.delete(files().getFirst());
    assertThat(environment(claim)).as("after a restart").isEqualTo(told);
    assertThat(podsRead()).isEqualTo(1);
  }

  @Test
  void theShapeThatIsTheWholeHostDoesAsWell() throws Exception {
    assertThat(environment(claim("w0", SLICE, List.of(wholeHost), pod("w0", 0))))
        .containsEntry("TPU_WORKER_ID", "0")
        .containsEntry("TPU_CHIPS_PER_HOST_BOUNDS", "2,2,1")
        .containsEntry("TPU_HOST_BOUNDS", "1,1,4");
  }

  @Test
  void withoutATpuConfigWhatAWebhookHasWrittenStays() throws Exception {
    assertThat(environment(claim("w2", "", chips, pod("w2", 2))))
        .containsEntry("TPU_CHIPS_PER_HOST_BOUNDS", "2,2,1")
        .doesNotContainKeys("TPU_WORKER_ID", "TPU_WORKER_HOSTNAMES", "TPU_TOPOLOGY");
    assertThat(podsRead()).isZero();
  }

  @Test
  void aPodThatIsRestartedIsTheSameWorker() throws Exception {
    ClaimId first = claim("w2", SLICE, chips, pod("w2", 2));
    Map<String, String> told = environment(first);
    assertThat(stage.kubelet.unprepare(AgentStage.DRIVER, List.of(first)).values())
        .containsExactly("");
    assertThat(environment(claim("again", SLICE, chips, pod("again", 2)))).isEqualTo(told);
  }

  @Test
  void whatCannotBeIsRefusedAndLeavesNothingBehind() throws Exception {
    String uid = pod("w2", 2);
    assertThat(answer(claim("part", SLICE, chips.subList(0, 2), uid)).error())
        .contains("no longer exists");
    assertThat(answer(claim("w2", SLICE, chips.subList(0, 2), uid)).error())
        .contains("a worker has all chips of its host", "only 2 of 4");
    stage.api.delete(ApiKind.CLAIMS, "default", "w2");
    assertThat(answer(claim("w2", "{\"topology\": \"4x4\", \"workers\": 4}", chips, uid)).error())
        .contains("slice.topology", "three dimensions");
    assertThat(files()).isEmpty();
  }
}
