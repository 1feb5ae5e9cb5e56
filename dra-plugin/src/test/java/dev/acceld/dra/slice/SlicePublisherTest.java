package dev.acceld.dra.slice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlicePublisherTest {
  private static final String DRIVER = "acceld.dev";
  private static final String NODE = "node-1";
  private static final Taint XID =
      new Taint("acceld.dev/xid", "79", "NoSchedule", Optional.empty());
  private static final Taint HOT = new Taint("acceld.dev/hot", "", "None", Optional.empty());

  @TempDir Path dir;
  private FakeApiServer server;
  private ClusterApi api;
  private final List<AutoCloseable> open = new ArrayList<>();
  private Duration relearn = Duration.ofMinutes(5);
  private Duration retryMost = Duration.ofMillis(200);
  private final List<String> told = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() throws Exception {
    server = FakeApiServer.start();
    server.addNode(NODE);
    api = connect();
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable c : open.reversed()) {
      c.close();
    }
    server.close();
  }

  @Test
  void writesNothingBeforeTheKubeletHasConfirmed() {
    SlicePublisher p = publisher();
    p.desired(DriverResources.of(gpus(8)));
    await().until(() -> server.requests().count("watch", "resourceslices") == 1);
    assertThat(server.requests().writes()).isZero();
    p.registered();
    ObjectNode slice = await().until(this::slices, s -> s.size() == 1).getFirst();
    assertThat(slice.at("/metadata/name").asText()).isEqualTo("00000-acceld.dev-node-1");
    assertThat(slice.at("/spec/pool").toString())
        .isEqualTo("{\"name\":\"node-1\",\"generation\":1,\"resourceSliceCount\":1}");
    assertThat(slice.at("/spec/devices")).hasSize(8);
    await().until(() -> told.stream().anyMatch(t -> t.startsWith("first")));
  }

  /** A 401 is asked about seldom; whoever knows that it is over says so. */
  @Test
  void afterThe401IsOverItDoesNotWaitForItsNextTry() {
    retryMost = Duration.ofHours(1);
    SlicePublisher p = publisher();
    server.faults().unauthorized(true);
    p.desired(DriverResources.of(gpus(1)));
    p.registered();
    await().until(() -> told.stream().anyMatch(t -> t.contains("401")));
    server.faults().unauthorized(false);
    p.letIn();
    await().until(() -> slices().size() == 1);
  }

  @Test
  void isQuietOnceAllIsWritten() {
    SlicePublisher p = published(gpus(8));
    server.requests().clear();
    p.desired(DriverResources.of(gpus(8)));
    await().during(Duration.ofMillis(300)).until(() -> server.requests().all().isEmpty());
  }

  @Test
  void aNodeWithoutDevicesHasAnEmptySlice() {
    published(List.of());
    assertThat(slices().getFirst().at("/spec/pool/resourceSliceCount").asInt()).isEqualTo(1);
    assertThat(slices().getFirst().at("/spec").has("devices")).isFalse();
  }

  @Test
  void aFaultChangesOneSliceInPlace() {
    SlicePublisher p = published(gpus(100));
    assertThat(slices()).hasSize(2);
    assertThat(slices().get(0).at("/spec/devices")).hasSize(64);
    assertThat(slices().get(1).at("/spec/devices")).hasSize(36);
    server.requests().clear();
    p.desired(DriverResources.of(tainted(gpus(100), 70, XID)));
    await()
        .until(() ->
            slices().get(1).at("/spec/devices/6/taints/0/key").asText().equals("acceld.dev/xid"));
    assertThat(server.requests().writes()).isEqualTo(1);
    assertThat(generations()).containsExactly(1L, 1L);
    String since = slices().get(1).at("/spec/devices/6/taints/0/timeAdded").asText();
    assertThat(since).isNotEmpty();

    p.desired(DriverResources.of(tainted(tainted(gpus(100), 70, XID), 71, XID)));
    await()
        .until(() ->
            slices().get(1).at("/spec/devices/7/taints/0/key").asText().equals("acceld.dev/xid"));
    assertThat(slices().get(1).at("/spec/devices/6/taints/0/timeAdded").asText()).isEqualTo(since);
  }

  @Test
  void aChangeOfTheLayoutLiftsTheGenerationOfAll() {
    SlicePublisher p = published(gpus(64));
    p.desired(DriverResources.of(gpus(65)));
    await().until(() -> slices().size() == 2);
    assertThat(generations()).containsExactly(2L, 2L);
    assertThat(slices()).allMatch(s -> s.at("/spec/pool/resourceSliceCount").asInt() == 2);
    p.desired(DriverResources.of(gpus(3)));
    await()
        .until(() -> slices().size() == 1 && slices().getFirst().at("/spec/devices").size() == 3);
    assertThat(slices().getFirst().at("/spec/pool/resourceSliceCount").asInt()).isEqualTo(1);
  }

  @Test
  void aBurstOfChangesIsOneWrite() {
    SlicePublisher p = published(gpus(8));
    server.requests().clear();
    for (int i = 0; i < 8; i++) {
      p.desired(DriverResources.of(tainted(gpus(8), i, XID)));
    }
    await()
        .until(() ->
            slices()
                .getFirst()
                .at("/spec/devices/7/taints/0/key")
                .asText()
                .equals("acceld.dev/xid"));
    assertThat(server.requests().writes()).isEqualTo(1);
  }

  @Test
  void whatTheKubeletWipesIsBackAtOnce() {
    published(gpus(70));
    long start = System.nanoTime();
    server.wipeSlices(DRIVER, NODE);
    await().until(() -> slices().size() == 2);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    assertThat(generations()).containsExactly(2L, 2L);
  }

  @Test
  void whatSomebodyChangesIsChangedBack() {
    published(gpus(2));
    ObjectNode slice = slices().getFirst();
    ((ObjectNode) slice.at("/spec/devices/0/attributes/index")).put("int", 99);
    server.replace(ApiKind.SLICES, "", slice);
    await()
        .until(() -> slices().getFirst().at("/spec/devices/0/attributes/index/int").asInt() == 0);
    assertThat(generations()).containsExactly(1L);
  }

  @Test
  void slicesOfAnOlderLayoutGo() {
    ObjectNode old = new com.fasterxml.jackson.databind.ObjectMapper().createObjectNode();
    old.withObject("metadata").put("name", "node-1-acceld.dev-x7f2k");
    ObjectNode spec = old.withObject("spec").put("driver", DRIVER).put("nodeName", NODE);
    spec.withObject("pool").put("name", NODE).put("generation", 6).put("resourceSliceCount", 1);
    server.create(ApiKind.SLICES, "", old);
    published(gpus(1));
    assertThat(slices()).hasSize(1);
    assertThat(generations()).containsExactly(7L);
  }

  @Test
  void aWatchThatIsLostIsReplaced() {
    published(gpus(1));
    server.compact();
    await().until(() -> server.requests().count("watch", "resourceslices") == 2);
    server.wipeSlices(DRIVER, NODE);
    await().until(() -> slices().size() == 1);
  }

  @Test
  void comesThroughAnOutage() {
    SlicePublisher p = published(gpus(1));
    server.faults().unavailable(true);
    server.cutWatches();
    p.desired(DriverResources.of(gpus(2)));
    await().until(() -> told.stream().anyMatch(t -> t.contains("503")));
    server.faults().unavailable(false);
    await().until(() -> slices().getFirst().at("/spec/devices").size() == 2);
  }

  @Test
  void whereTaintsAreDroppedItIsSaidAndNotRepeated() {
    server.faults().taintsOff(true);
    SlicePublisher p = published(tainted(gpus(2), 1, XID));
    await().until(() -> told.contains("taints kept: false"));
    assertThat(p.taintsKept()).isFalse();
    server.requests().clear();
    await().during(Duration.ofMillis(300)).until(() -> server.requests().writes() == 0);
    p.desired(DriverResources.of(tainted(gpus(3), 1, XID)));
    await().until(() -> slices().getFirst().at("/spec/devices").size() == 3);
    assertThat(server.requests().writes()).isEqualTo(1);
  }

  @Test
  void anEffectThatTheServerDoesNotKnowCostsNoSlice() {
    server.faults().refuseNoneEffect(true);
    published(tainted(tainted(gpus(2), 0, HOT), 1, XID));
    JsonNode devices = slices().getFirst().at("/spec/devices");
    assertThat(devices.get(0).has("taints")).isFalse();
    assertThat(devices.get(1).at("/taints/0/key").asText()).isEqualTo("acceld.dev/xid");
  }

  /** The same offer is pointless to repeat for minutes; another one is not. */
  @Test
  void anOfferAfterARefusedOneIsTriedAtOnce() {
    SlicePublisher p = published(gpus(1));
    p.desired(
        DriverResources.of(List.of(new SliceDevice("not_a_label", Map.of(), Map.of(), List.of()))));
    await().until(() -> told.stream().anyMatch(t -> t.contains("not_a_label")));
    p.desired(DriverResources.of(gpus(3)));
    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> slices().getFirst().at("/spec/devices").size() == 3);
  }

  @Test
  void aRefusalNamesTheMissingRight() {
    server.faults().forbid("create", "resourceslices");
    SlicePublisher p = publisher();
    p.desired(DriverResources.of(gpus(1)));
    p.registered();
    await().until(() -> told.stream().anyMatch(t -> t.contains("verb create on resourceslices")));
  }

  @Test
  void oneOfTwoWrites() throws Exception {
    SlicePublisher first = published(gpus(1));
    SlicePublisher second = publisher();
    second.desired(DriverResources.of(gpus(2)));
    second.registered();
    await().until(() -> told.contains("waiting"));
    assertThat(slices().getFirst().at("/spec/devices")).hasSize(1);
    first.close();
    await().until(() -> slices().getFirst().at("/spec/devices").size() == 2);
  }

  @Test
  void aNodeMadeAnewOwnsTheSlices() {
    published(gpus(1));
    server.delete(ApiKind.NODES, "", NODE);
    String uid = server.addNode(NODE);
    server.wipeSlices(DRIVER, NODE);
    await().until(() -> slices().size() == 1);
    assertThat(slices().getFirst().at("/metadata/ownerReferences/0/uid").asText()).isEqualTo(uid);
  }

  @Test
  void countersComeFirstAndInASliceOfTheirOwn() {
    publisherOf(parts());
    await().until(() -> told.stream().anyMatch(t -> t.startsWith("first")));
    assertThat(slices()).hasSize(3);
    assertThat(slices().get(0).at("/spec").has("devices")).isFalse();
    assertThat(slices().get(0).at("/spec/sharedCounters/0").toString())
        .isEqualTo(
            "{\"name\":\"gpu-0-slices\",\"counters\":{\"memory-slice-0\":{\"value\":\"1\"}}}");
    assertThat(slices().get(2).at("/spec/devices/0/consumesCounters/0").toString())
        .isEqualTo(
            "{\"counterSet\":\"gpu-0-slices\",\"counters\":{\"memory-slice-0\":{\"value\":\"1\"}}}");
  }

  @Test
  void aClusterThatDropsCountersSeesNoPartWithoutThem() {
    server.faults().countersOff(true);
    List<String> seen = new ArrayList<>();
    SlicePublisher p = publisher();
    p.onQuirksChange(() -> p.desired(DriverResources.of(gpus(1))));
    p.desired(parts());
    p.registered();
    await().until(() -> told.stream().anyMatch(t -> t.startsWith("first")));
    slices().forEach(s -> s.at("/spec/devices").forEach(d -> seen.add(d.path("name").asText())));
    assertThat(seen).containsExactly("gpu-0");
    assertThat(p.countersKept()).isFalse();
    assertThat(told).contains("counters kept: false");
    assertThat(server.requests().all().stream().filter(r -> r.verb().equals("create")))
        .as("the counters, and nothing after them, before the offer without")
        .hasSizeLessThanOrEqualTo(2);
  }

  /** A policy that refuses for a moment says nothing about counters or taints. */
  @Test
  void aRefusalThatNamesNoFeatureCostsNoFeature() {
    server.faults().refuseSlices("ResourceSlice is invalid: policy 'quiet hours' denied request");
    SlicePublisher p = publisherOf(parts());
    await().until(() -> told.stream().anyMatch(t -> t.contains("quiet hours")));
    server.faults().refuseSlices("");
    await().until(() -> told.stream().anyMatch(t -> t.startsWith("first")));
    assertThat(p.countersKept()).isTrue();
    assertThat(told).noneMatch(t -> t.contains("kept: false"));
    assertThat(slices()).hasSize(3);
  }

  @Test
  void aServerThatTakesCountersAgainGetsThemAgain() {
    relearn = Duration.ofMillis(200);
    server.faults().refuseSlices("ResourceSlice is invalid: spec.sharedCounters: Forbidden");
    SlicePublisher p = publisher();
    p.onQuirksChange(() -> p.desired(p.countersKept() ? parts() : DriverResources.of(gpus(1))));
    p.desired(parts());
    p.registered();
    await().until(() -> told.contains("counters kept: false"));
    server.faults().refuseSlices("");
    await().until(() -> told.contains("counters kept: true"));
    await().until(() -> slices().size() == 3);
    assertThat(slices().getFirst().at("/spec/sharedCounters")).hasSize(1);
  }

  /** Asking again is a dry run: nobody's watch is woken, nothing is stored. */
  @Test
  void whatIsStillMissingIsAskedForWithoutAWrite() {
    relearn = Duration.ofMillis(50);
    server.faults().countersOff(true);
    server.faults().taintsOff(true);
    SlicePublisher p = publisher();
    p.onQuirksChange(() -> p.desired(DriverResources.of(tainted(gpus(2), 1, XID))));
    p.desired(parts());
    p.registered();
    await()
        .until(() -> told.contains("counters kept: false") && told.contains("taints kept: false"));
    await().until(() -> slices().size() == 1);
    String version = slices().getFirst().at("/metadata/resourceVersion").asText();
    server.requests().clear();
    await().until(() -> server.requests().count("create", "resourceslices") >= 2);
    assertThat(slices()).hasSize(1);
    assertThat(slices().getFirst().at("/metadata/resourceVersion").asText()).isEqualTo(version);
    assertThat(p.countersKept()).isFalse();
    server.faults().taintsOff(false);
    await().until(() -> told.contains("taints kept: true"));
  }

  /** A pool of another generation is incomplete for the scheduler while it is written. */
  @Test
  void writingWhatAWebhookAltersAgainKeepsTheGeneration() {
    relearn = Duration.ofMillis(20);
    server
        .faults()
        .webhook(slice -> {
          for (JsonNode d : slice.at("/spec/devices")) {
            ((ObjectNode) d).put("allowMultipleAllocations", true);
          }
          return slice;
        });
    published(gpus(130));
    server.requests().clear();
    await().until(() -> server.requests().writes() >= 4);
    assertThat(generations()).containsExactly(1L, 1L, 1L);
  }

  private SlicePublisher publisherOf(DriverResources offer) {
    SlicePublisher p = publisher();
    p.desired(offer);
    p.registered();
    return p;
  }

  private static DriverResources parts() {
    CounterSet set = new CounterSet("gpu-0-slices", Map.of("memory-slice-0", new Capacity(1)));
    SliceDevice gpu = gpus(1).getFirst();
    SliceDevice whole =
        new SliceDevice(gpu.name(), gpu.attributes(), gpu.capacity(), List.of(), List.of(set));
    SliceDevice part =
        new SliceDevice(
            "gpu-0-mig-7g80gb-0-0", gpu.attributes(), Map.of(), List.of(), List.of(set));
    return new DriverResources(List.of(set), List.of(List.of(whole), List.of(part)));
  }

  private ClusterApi connect() throws Exception {
    Path kubeconfig = server.writeKubeconfig(dir.resolve("kubeconfig"));
    ClusterApi c =
        ClusterConnection.open(Optional.of(kubeconfig), Map.of(), "test").api().orElseThrow();
    open.add(c);
    return c;
  }

  private SlicePublisher published(List<SliceDevice> devices) {
    SlicePublisher p = publisher();
    p.desired(DriverResources.of(devices));
    p.registered();
    await().until(() -> told.stream().anyMatch(t -> t.startsWith("first")));
    return p;
  }

  private SlicePublisher publisher() {
    Duration ms = Duration.ofMillis(20);
    PublisherSettings settings =
        new PublisherSettings(
            DRIVER,
            NODE,
            dir.resolve("locks/slices.lock"),
            new PublisherSettings.Timing(
                ms, ms.multipliedBy(2), ms, Duration.ofMinutes(10), ms, retryMost, ms, relearn));
    SlicePublisher p =
        new SlicePublisher(
            api,
            settings,
            new PublisherObserver() {
              @Override
              public void firstStored(Duration sinceRegistered) {
                told.add("first " + sinceRegistered.toMillis());
              }

              @Override
              public void failed(String message) {
                told.add(message);
              }

              @Override
              public void waitingForWriter() {
                told.add("waiting");
              }

              @Override
              public void taintsKept(boolean kept) {
                told.add("taints kept: " + kept);
              }

              @Override
              public void countersKept(boolean kept) {
                told.add("counters kept: " + kept);
              }
            });
    open.add(p);
    p.start();
    return p;
  }

  private List<ObjectNode> slices() {
    return server.all(ApiKind.SLICES);
  }

  private List<Long> generations() {
    return slices().stream().map(s -> s.at("/spec/pool/generation").asLong()).toList();
  }

  private static List<SliceDevice> gpus(int n) {
    return IntStream.range(0, n)
        .mapToObj(i ->
            new SliceDevice(
                "gpu-" + i,
                Map.of("index", AttributeValue.of(i), "type", AttributeValue.of("gpu")),
                Map.of("memory", new Capacity(81920L << 20)),
                List.of()))
        .toList();
  }

  private static List<SliceDevice> tainted(List<SliceDevice> devices, int which, Taint taint) {
    List<SliceDevice> changed = new ArrayList<>(devices);
    SliceDevice d = changed.get(which);
    changed.set(which, d.with(List.of(taint)));
    return changed;
  }
}
