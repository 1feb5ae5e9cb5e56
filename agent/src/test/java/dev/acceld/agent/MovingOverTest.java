package dev.acceld.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.acceld.agent.config.Setting;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.fake.kubelet.PrepareAnswer;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An agent in the place of NVIDIA's DRA driver: what was written for that one goes on working. */
class MovingOverTest {
  private static final String DRIVER = "gpu.nvidia.com";
  private static AgentStage stage;
  private static Map<String, ObjectNode> written;

  @BeforeAll
  static void anAgentUnderThatName() throws Exception {
    stage = new AgentStage();
    stage.ready("one", Map.of(Setting.DRIVER_NAME, DRIVER, Setting.MACHINE, "h100x8"));
    written = new HashMap<>();
    try (InputStream yaml =
        Objects.requireNonNull(
            MovingOverTest.class.getResourceAsStream("written-for-nvidia.yaml"))) {
      YAMLMapper mapper = new YAMLMapper();
      mapper
          .readerFor(ObjectNode.class)
          .<ObjectNode>readValues(yaml)
          .forEachRemaining(c -> written.put(c.at("/metadata/name").asText(), c));
    }
  }

  @AfterAll
  static void close() throws Exception {
    stage.close();
  }

  private static List<JsonNode> published() {
    List<JsonNode> devices = new ArrayList<>();
    for (ObjectNode slice : stage.api.all(ApiKind.SLICES)) {
      assertThat(slice.at("/spec/driver").asText()).isEqualTo(DRIVER);
      slice.at("/spec/devices").forEach(devices::add);
    }
    return devices;
  }

  /** Allocates as the scheduler does: configuration of the claim is copied into the allocation. */
  private static PrepareAnswer prepare(String name, int firstGpu) {
    ObjectNode claim = Objects.requireNonNull(written.get(name)).deepCopy();
    JsonNode request = claim.at("/spec/devices/requests/0");
    ObjectNode devices = claim.putObject("status").putObject("allocation").putObject("devices");
    ArrayNode results = devices.putArray("results");
    for (int i = 0; i < request.at("/exactly/count").asInt(1); i++) {
      results
          .addObject()
          .put("request", request.path("name").asText())
          .put("driver", DRIVER)
          .put("pool", AgentStage.NODE)
          .put("device", published().get(firstGpu + i).path("name").asText());
    }
    ArrayNode config = devices.putArray("config");
    claim
        .at("/spec/devices/config")
        .forEach(c -> config.addObject().put("source", "FromClaim").setAll((ObjectNode) c));
    ObjectNode stored = stage.api.create(ApiKind.CLAIMS, "default", claim);
    ClaimId ref = new ClaimId("default", name, stored.at("/metadata/uid").asText());
    return Objects.requireNonNull(stage.kubelet.prepare(DRIVER, List.of(ref)).get(ref.uid()));
  }

  @Test
  void devicesHaveTheAttributesThatItsExpressionsAskFor() {
    assertThat(published()).hasSize(8);
    JsonNode attributes = published().getFirst().path("attributes");
    Map<String, String> types =
        Map.ofEntries(
            Map.entry("type", "string"),
            Map.entry("uuid", "string"),
            Map.entry("productName", "string"),
            Map.entry("brand", "string"),
            Map.entry("architecture", "string"),
            Map.entry("cudaComputeCapability", "version"),
            Map.entry("driverVersion", "version"),
            Map.entry("cudaDriverVersion", "version"),
            Map.entry("addressingMode", "string"),
            Map.entry("resource.kubernetes.io/pciBusID", "string"),
            Map.entry("resource.kubernetes.io/pcieRoot", "string"),
            Map.entry("resource.kubernetes.io/numaNode", "int"));
    types.forEach((name, type) ->
        assertThat(attributes.path(name).has(type)).as(name + " is a " + type).isTrue());
    assertThat(published().getFirst().at("/capacity/memory/value").asText()).isEqualTo("81559Mi");
  }

  @Test
  void claimsWithoutSharingArePrepared() throws Exception {
    assertThat(prepare("plain", 0).error()).isEmpty();
    assertThat(prepare("any-kind", 1).error()).isEmpty();
    PrepareAnswer two = prepare("chosen", 2);
    assertThat(two.error()).isEmpty();
    assertThat(two.devices()).hasSize(2);
    assertThat(two.devices().getFirst().cdiIds().getFirst())
        .startsWith("gpu.nvidia.com/claim=")
        .endsWith(published().get(2).path("name").asText());
    try (var files = Files.list(stage.cdiDir())) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .anyMatch(f -> f.startsWith("gpu.nvidia.com-claim_"));
    }
  }

  @Test
  void claimsThatAskForSharingAreToldSo() {
    for (String name : List.of("slices-of-time", "mps")) {
      assertThat(prepare(name, 4).error()).contains("of the claim for gpu", "$.sharing", "omit it");
    }
  }
}
