package dev.acceld.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.device.Inventory;
import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.ClusterConnection;
import dev.acceld.dra.slice.PublisherObserver;
import dev.acceld.dra.slice.PublisherSettings;
import dev.acceld.dra.slice.SliceComposer;
import dev.acceld.dra.slice.SlicePublisher;
import dev.acceld.fake.PodId;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.fake.apiserver.FakeApiServer;
import dev.acceld.fake.apiserver.FakeScheduler;
import dev.acceld.host.HostFs;
import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.probe.Discovery;
import dev.acceld.probe.Releases;
import dev.acceld.probe.nvidia.NvidiaProbe;
import dev.acceld.probe.nvidia.mig.MigSelector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the API server gets to see of GPUs that are cut on demand, and what a scheduler can do. */
class MigSlicesTest {
  private static final String DRIVER = "acceld.dev";
  private static final Path GOLDEN = Path.of("src/test/resources/dev/acceld/agent/mig-h100x1.json");

  @TempDir Path dir;
  private final FakeApiServer server;
  private final List<AutoCloseable> open = new ArrayList<>();

  MigSlicesTest() throws IOException {
    server = FakeApiServer.start();
    server.addNode("node-1");
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
    server.close();
  }

  private List<ObjectNode> publish(String machine, int slices) throws Exception {
    Path root = MachineTree.create(dir.resolve(machine), MachineCatalog.load(machine)).root();
    Discovery found;
    try (NvidiaProbe probe =
        new NvidiaProbe(root, new HostFs(root), Releases.NONE, MigSelector.parse("all"))) {
      found = probe.discover();
    }
    ClusterApi api =
        ClusterConnection.open(
                Optional.of(server.writeKubeconfig(dir.resolve("kubeconfig"))), Map.of(), "test")
            .api()
            .orElseThrow();
    open.add(api);
    SlicePublisher publisher =
        new SlicePublisher(
            api, new PublisherSettings(DRIVER, "node-1", dir), new PublisherObserver() {});
    open.add(publisher);
    publisher.start();
    publisher.desired(
        new SliceComposer(DRIVER)
            .compose(
                new Inventory(Instant.EPOCH, found.devices(), Set.of(), List.of()),
                Map.of(),
                List.of(),
                true,
                true));
    publisher.registered();
    await().atMost(Duration.ofSeconds(60)).until(() -> server.all(ApiKind.SLICES).size() == slices);
    return server.all(ApiKind.SLICES);
  }

  @Test
  void aNodeOfEightStaysWithinTheLimitsOfASlice() throws Exception {
    List<ObjectNode> slices = publish("h100x8", 10);
    assertThat(slices.get(0).at("/spec/sharedCounters")).hasSize(8);
    assertThat(slices.get(0).at("/spec").has("devices")).isFalse();
    assertThat(slices.get(1).at("/spec/devices")).hasSize(8);
    Set<String> names = new HashSet<>();
    for (ObjectNode slice : slices.subList(2, 10)) {
      assertThat(slice.at("/spec/devices")).hasSize(25);
      Set<String> gpus = new HashSet<>();
      slice
          .at("/spec/devices")
          .forEach(d -> {
            names.add(d.path("name").asText());
            gpus.add(d.at("/attributes/parentUUID/string").asText());
            assertThat(d.path("attributes").size() + d.path("capacity").size())
                .isLessThanOrEqualTo(32);
            assertThat(d.at("/consumesCounters")).hasSize(1);
          });
      assertThat(gpus).as("a slice for each GPU").hasSize(1);
    }
    assertThat(names).hasSize(200);
    String last = slices.get(1).at("/spec/devices/7/name").asText();
    assertThat(slices.get(2).at("/spec/devices/0/name").asText()).startsWith(last + "-mig-");
  }

  @Test
  void oneGpuAsItIsPublished() throws Exception {
    List<JsonNode> specs = new ArrayList<>();
    publish("h100x1", 3).forEach(slice -> specs.add(slice.path("spec")));
    String text =
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(specs) + "\n";
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(GOLDEN, text);
    }
    assertThat(text.lines()).containsExactlyElementsOf(Files.readAllLines(GOLDEN));
  }

  @Test
  void sevenPartsAndThenAHalfOnceThereIsRoom() throws Exception {
    publish("h100x1", 3);
    for (int i = 0; i < 7; i++) {
      assertThat(allocate("one-" + i, "1g.10gb")).hasSize(1);
    }
    assertThat(allocate("eighth", "1g.10gb")).isEmpty();
    assertThat(allocate("half", "3g.40gb")).isEmpty();
    FakeScheduler scheduler = new FakeScheduler(server);
    for (int i = 0; i < 3; i++) {
      scheduler.free("default", "one-" + i); // the last slices were given away first: 6, 5, 4
    }
    assertThat(allocate("half", "3g.40gb")).singleElement().asString().endsWith("-mig-3g40gb-9-4");
    assertThat(allocate("whole", "")).isEmpty();
  }

  private List<String> allocate(String claim, String profile) {
    if (server.find(ApiKind.CLAIMS, "default", claim).isEmpty()) {
      server.addClaim("default", claim, Map.of());
    }
    return new FakeScheduler(server)
        .allocate(
            "default",
            claim,
            DRIVER,
            1,
            d -> d.at("/attributes/profile/string").asText().equals(profile),
            new PodId("default", claim, "uid-" + claim));
  }
}
