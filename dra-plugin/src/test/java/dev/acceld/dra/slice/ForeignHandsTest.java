package dev.acceld.dra.slice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.device.AttributeValue;
import dev.acceld.device.Capacity;
import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.ClusterConnection;
import dev.acceld.dra.cluster.ResourceSlice.CounterSet;
import dev.acceld.dra.cluster.ResourceSlice.SliceDevice;
import dev.acceld.dra.cluster.ResourceSlice.Taint;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.fake.apiserver.FakeApiServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever somebody else writes into a slice is put right, whether acceld writes the field or not.
 */
class ForeignHandsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NODE = "node-1";
  private static final String DEVICES = "/spec/devices";

  @TempDir Path dir;
  private FakeApiServer server;
  private ClusterApi api;
  private SlicePublisher publisher;
  private final List<String> altered = new CopyOnWriteArrayList<>();
  private volatile int synced;
  private volatile String contested = "";

  @BeforeEach
  void start() throws Exception {
    server = FakeApiServer.start();
    server.addNode(NODE);
    Path kubeconfig = server.writeKubeconfig(dir.resolve("kubeconfig"));
    api = ClusterConnection.open(Optional.of(kubeconfig), Map.of(), "t").api().orElseThrow();
    Duration ms = Duration.ofMillis(20);
    publisher =
        new SlicePublisher(
            api,
            new PublisherSettings(
                "acceld.dev",
                NODE,
                dir.resolve("slices.lock"),
                new PublisherSettings.Timing(
                    ms, ms, ms, Duration.ofMinutes(10), ms, ms, ms, Duration.ofMinutes(5))),
            new PublisherObserver() {
              @Override
              public void inSync(int devices, int slices, long generation) {
                synced++;
              }

              @Override
              public void altered(String what) {
                altered.add(what);
              }

              @Override
              public void contested(String what) {
                contested = what;
              }
            });
    publisher.desired(offer());
    publisher.registered();
    publisher.start();
  }

  @AfterEach
  void stop() {
    publisher.close();
    api.close();
    server.close();
  }

  /**
   * Every field that {@code resource.k8s.io/v1} has for a device, those of its alpha versions, and
   * one that no version has yet.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/spec/devices/0 | allowMultipleAllocations | true",
        "/spec/devices/0 | allowMultipleAllocations | false",
        "/spec/devices/0 | bindsToNode | true",
        "/spec/devices/0 | bindingConditions | [\"a.dev/attached\"]",
        "/spec/devices/0 | bindingFailureConditions | [\"a.dev/failed\"]",
        "/spec/devices/0 | nodeName | \"other\"",
        "/spec/devices/0 | allNodes | true",
        "/spec/devices/0 | nodeSelector | {\"nodeSelectorTerms\":[{\"matchFields\":[]}]}",
        "/spec/devices/0 | skipNodeOperations | true",
        "/spec/devices/0 | compatibilityGroups | [\"g\"]",
        "/spec/devices/0 | nodeAllocatableResources | {\"cpu\":{\"overhead\":{\"perPod\":\"1\"}}}",
        "/spec/devices/0 | someFieldOfTheFuture | {\"deep\":{\"er\":[1]}}",
        "/spec/devices/0/capacity/memory | requestPolicy | {\"default\":\"1Gi\"}",
        "/spec/devices/0/capacity/memory | value | \"1Gi\"",
        "/spec/devices/0/capacity/memory | value | \"85899345919500m\"",
        "/spec/devices/0/capacity/memory | someFieldOfTheFuture | 1",
        "/spec/devices/0/capacity | cores | {\"value\":\"7\"}",
        "/spec/devices/0/attributes/index | int | 99",
        "/spec/devices/0/attributes | links | {\"ints\":[1,2]}",
        "/spec/devices/0/attributes | more | {\"string\":\"x\"}",
        "/spec/devices/0 | consumesCounters | [{\"counterSet\":\"c\",\"counters\":{\"x\":{\"value\":\"1\"}}}]",
        "/spec/devices/1/taints/0 | someFieldOfTheFuture | \"x\"",
        "/spec/devices/1/taints/0 | effect | \"NoExecute\"",
        "/spec/devices/1 | taints | []",
        "/spec/devices/0 | taints | [{\"key\":\"a/b\",\"effect\":\"NoSchedule\"}]",
        "/spec/pool | someFieldOfTheFuture | 1",
        "/spec/pool | resourceSliceCount | 7",
        "/spec | perDeviceNodeSelection | true",
        "/spec | allNodes | true",
        "/spec | nodeSelector | {\"nodeSelectorTerms\":[{\"matchFields\":[]}]}",
        "/spec | someFieldOfTheFuture | [{\"a\":1}]",
        "/metadata | ownerReferences | []",
        "/metadata/ownerReferences/0 | controller | false",
        "/metadata/ownerReferences/0 | uid | \"another\"",
        "/metadata/ownerReferences/0 | blockOwnerDeletion | true",
      })
  void aFieldThatSomebodyWritesIsPutRight(String at, String field, String value) throws Exception {
    await().until(() -> slices().size() == 2 && synced > 0);
    ObjectNode before = comparable(holder(at));
    ObjectNode edited = holder(at);
    ((ObjectNode) edited.at(at)).set(field, JSON.readTree(value));
    assertThat(comparable(edited)).as("the edit is one").isNotEqualTo(before);
    server.replace(ApiKind.SLICES, "", edited);
    await().untilAsserted(() -> assertThat(comparable(holder(at))).isEqualTo(before));
    await().untilAsserted(() -> assertThat(altered).isNotEmpty().containsOnly(""));
  }

  @Test
  void aSharedCounterThatSomebodyWritesIsPutRight() throws Exception {
    await().until(() -> slices().size() == 2 && synced > 0);
    ObjectNode counters = slices().getFirst();
    ObjectNode before = comparable(counters);
    ((ObjectNode) counters.at("/spec/sharedCounters/0/counters/slice"))
        .set("someFieldOfTheFuture", JSON.readTree("1"));
    ((ObjectNode) counters.at("/spec/sharedCounters/0")).put("other", "x");
    server.replace(ApiKind.SLICES, "", counters);
    await().untilAsserted(() -> assertThat(comparable(slices().getFirst())).isEqualTo(before));
  }

  /** A second owner would keep the slice alive after its Node. */
  @Test
  void aSecondOwnerGoes() {
    await().until(() -> slices().size() == 2 && synced > 0);
    ObjectNode slice = slices().getLast();
    ArrayNode owners = (ArrayNode) slice.at("/metadata/ownerReferences");
    owners.addObject().put("apiVersion", "v1").put("kind", "Pod").put("name", "p").put("uid", "u");
    server.replace(ApiKind.SLICES, "", slice);
    await().until(() -> slices().getLast().at("/metadata/ownerReferences").size() == 1);
  }

  /** Marks of other tools are theirs: no write because of them. */
  @Test
  void labelsAndAnnotationsStay() {
    await().until(() -> slices().size() == 2 && synced > 0);
    ObjectNode slice = slices().getLast();
    slice.withObject("metadata").withObject("annotations").put("backup.example/seen", "yes");
    server.replace(ApiKind.SLICES, "", slice);
    server.requests().clear();
    await().during(Duration.ofMillis(300)).until(() -> server.requests().writes() == 0);
  }

  /** What the server itself makes of every write is said, not fought over. */
  @Test
  void aWebhookThatAddsAFieldIsToldOfAndNotFought() {
    await().until(() -> slices().size() == 2 && synced > 0);
    server
        .faults()
        .webhook(slice -> {
          for (JsonNode d : slice.at(DEVICES)) {
            ((ObjectNode) d).put("allowMultipleAllocations", true);
          }
          return slice;
        });
    server.wipeSlices("acceld.dev", NODE);
    await()
        .untilAsserted(() ->
            assertThat(altered.getLast()).contains("devices[gpu-0].allowMultipleAllocations=true"));
    await().until(() -> slices().size() == 2);
    server.requests().clear();
    await().during(Duration.ofMillis(300)).until(() -> server.requests().writes() == 0);
  }

  /** Another controller that is as quick as acceld. */
  @Test
  void aFightIsTold() {
    await().until(() -> slices().size() == 2 && synced > 0);
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> {
          ObjectNode edited = holder("any");
          ObjectNode index = (ObjectNode) edited.at(DEVICES + "/0/attributes/index");
          if (index.path("int").asInt() == 0) {
            index.put("int", 99);
            server.replace(ApiKind.SLICES, "", edited);
          }
          return contested.contains("another client keeps changing");
        });
  }

  private ObjectNode holder(String at) {
    return slices().stream()
        .filter(s -> s.has("spec") && !s.at(DEVICES).isMissingNode())
        .filter(s -> !at.isEmpty())
        .findFirst()
        .orElseThrow();
  }

  /** Without what changes by itself. */
  private static ObjectNode comparable(ObjectNode slice) {
    ObjectNode copy = slice.deepCopy();
    copy.withObject("metadata").remove(List.of("resourceVersion", "generation"));
    ((ObjectNode) copy.at("/spec/pool")).remove("generation");
    for (JsonNode d : copy.at(DEVICES)) {
      for (JsonNode t : d.path("taints")) {
        ((ObjectNode) t).remove("timeAdded");
      }
    }
    return copy;
  }

  private List<ObjectNode> slices() {
    return server.all(ApiKind.SLICES);
  }

  private static DriverResources offer() {
    CounterSet set = new CounterSet("c", Map.of("slice", new Capacity(7)));
    Map<String, AttributeValue> attributes = Map.of("index", AttributeValue.of(0));
    Map<String, Capacity> memory = Map.of("memory", new Capacity(80L << 30));
    Taint taint = new Taint("acceld.dev/xid", "79", "NoSchedule", Optional.empty());
    return new DriverResources(
        List.of(set),
        List.of(
            List.of(
                new SliceDevice("gpu-0", attributes, memory, List.of()),
                new SliceDevice("gpu-1", attributes, memory, List.of(taint)))));
  }
}
