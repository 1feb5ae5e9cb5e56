package dev.acceld.dra.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.device.AttributeValue;
import dev.acceld.device.Capacity;
import dev.acceld.dra.cluster.ClusterApi.SliceObserver;
import dev.acceld.dra.cluster.ClusterException.Reason;
import dev.acceld.dra.cluster.PodContainers.Container;
import dev.acceld.dra.cluster.PodContainers.Use;
import dev.acceld.dra.cluster.ResourceSlice.SliceDevice;
import dev.acceld.dra.cluster.ResourceSlice.Spec;
import dev.acceld.dra.cluster.ResourceSlice.Taint;
import dev.acceld.fake.PodId;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.fake.apiserver.FakeApiServer;
import dev.acceld.fake.apiserver.FakeScheduler;
import dev.acceld.vendor.PodFacts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpClusterApiTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir Path dir;
  private FakeApiServer server;
  private ClusterApi api;

  @BeforeEach
  void start() throws IOException {
    server = FakeApiServer.start();
    Path kubeconfig = server.writeKubeconfig(dir.resolve("kubeconfig"));
    api = ClusterConnection.open(Optional.of(kubeconfig), Map.of(), "1.2.3").api().orElseThrow();
  }

  @AfterEach
  void stop() {
    api.close();
    server.close();
  }

  @Test
  void readsWhatWasAllocatedAndForWhom() throws Exception {
    String uid = server.addClaim("ns", "c", Map.of(ClaimJson.POD_CLAIM_NAME, "gpus"));
    String nodeUid = server.addNode("n");
    api.createSlice(slice("s", device("gpu-1"), device("gpu-2")), nodeUid);
    assertThat(
            new FakeScheduler(server)
                .allocate("ns", "c", "acceld.dev", 2, d -> true, new PodId("ns", "p", "pu")))
        .containsExactly("gpu-1", "gpu-2");

    ResourceClaim claim = api.getClaim("ns", "c", SECOND);

    assertThat(claim.ref()).isEqualTo(new ClaimRef("ns", "c", uid));
    assertThat(claim.template()).contains("gpus");
    assertThat(claim.pods()).containsExactly(new PodRef("ns", "p", "pu"));
    assertThat(claim.allocation().orElseThrow().results())
        .extracting(ResourceClaim.Result::device)
        .containsExactly("gpu-1", "gpu-2");
    assertThat(server.requests().all())
        .allSatisfy(e -> assertThat(e.userAgent()).isEqualTo("acceld/1.2.3"));
  }

  @Test
  void readsConfigurationAsItIsWritten() throws Exception {
    server.addClaim("ns", "c", Map.of());
    ObjectNode claim = server.find(ApiKind.CLAIMS, "ns", "c").orElseThrow();
    claim.set(
        "status",
        new ObjectMapper()
            .readTree(
                """
                {"allocation":{"devices":{
                  "results":[{"request":"r/sub","driver":"acceld.dev","pool":"n","device":"gpu-1",
                    "adminAccess":true,"shareID":"abc","tolerations":[{"key":"k"},
                    {"key":"a/b","operator":"Exists","effect":"NoExecute","tolerationSeconds":3}]}],
                  "config":[
                    {"source":"FromClass","opaque":{"driver":"acceld.dev","parameters":{"a":[1,{"b":null}]}}},
                    {"source":"FromClaim","requests":["r","r/sub"],"opaque":{"driver":"other.dev","parameters":{}}}]}},
                 "reservedFor":[{"resource":"pods","name":"p","uid":"u"},
                   {"apiGroup":"scheduling.k8s.io","resource":"podgroups","name":"g","uid":"v"}]}
                """));
    server.replace(ApiKind.CLAIMS, "ns", claim);

    ResourceClaim read = api.getClaim("ns", "c", SECOND);

    ResourceClaim.Allocation a = read.allocation().orElseThrow();
    assertThat(a.results())
        .containsExactly(
            new ResourceClaim.Result(
                "r/sub",
                "acceld.dev",
                "n",
                "gpu-1",
                true,
                Optional.of("abc"),
                List.of(
                    new ResourceClaim.Toleration("k", false, "", ""),
                    new ResourceClaim.Toleration("a/b", true, "", "NoExecute"))));
    assertThat(a.config())
        .containsExactly(
            new ResourceClaim.OpaqueConfig(
                true, List.of(), "acceld.dev", "{\"a\":[1,{\"b\":null}]}"),
            new ResourceClaim.OpaqueConfig(false, List.of("r", "r/sub"), "other.dev", "{}"));
    assertThat(read.pods()).containsExactly(new PodRef("ns", "p", "u"));
  }

  @Test
  void aClusterWithoutTheApiIsNoProofThatAnObjectIsGone() {
    server.addClaim("ns", "c", Map.of());
    server.faults().withoutDra(true);
    assertThat(refused(() -> api.getClaim("ns", "c", SECOND), Reason.UNSUPPORTED))
        .contains("resource.k8s.io/v1", "1.34");
    assertThat(refused(() -> api.listSlices("acceld.dev", "n"), Reason.UNSUPPORTED))
        .contains("list resourceslices", "1.34");
  }

  @Test
  void refusalsNameTheRequestAndTheRemedy() {
    server.addClaim("ns", "c", Map.of());
    server.faults().forbid("get", "resourceclaims");
    assertThat(refused(() -> api.getClaim("ns", "c", SECOND), Reason.FORBIDDEN))
        .contains("get resourceclaims ns/c")
        .contains("403")
        .contains("ClusterRole needs verb get on resourceclaims");
    server.faults().allowAll();
    server.faults().unauthorized(true);
    assertThat(refused(() -> api.getClaim("ns", "c", SECOND), Reason.UNAUTHORIZED))
        .contains("401", "expired", "renew it")
        .doesNotContain("ClusterRole");
    server.faults().unauthorized(false);
    assertThat(refused(() -> api.getClaim("ns", "other", SECOND), Reason.NOT_FOUND))
        .contains("ns/other")
        .contains("404");
    server.faults().unavailable(true);
    assertThat(refused(() -> api.getClaim("ns", "c", SECOND), Reason.UNREACHABLE)).contains("503");
    server.faults().unavailable(false);
    server.faults().slow(Duration.ofMillis(600));
    assertThat(refused(() -> api.getClaim("ns", "c", Duration.ofMillis(100)), Reason.UNREACHABLE))
        .contains("within 100 ms");
  }

  @ParameterizedTest
  @CsvSource({"Pending, true", "Running, true", "Succeeded, false", "Failed, false"})
  void aPodThatHasEndedUsesNothing(String phase, boolean uses) throws Exception {
    server.addPod("ns", "p", "n", "c");
    ObjectNode pod = server.find(ApiKind.PODS, "ns", "p").orElseThrow();
    pod.withObject("status").put("phase", phase);
    server.replace(ApiKind.PODS, "ns", pod);
    assertThat(api.podUid("ns", "p").isPresent()).isEqualTo(uses);
  }

  @Test
  void aPodThatIsGoneIsNoError() throws Exception {
    String uid = server.addPod("ns", "p", "n", "c");
    assertThat(api.podUid("ns", "p")).contains(uid);
    assertThat(api.podUid("ns", "q")).isEmpty();
  }

  @Test
  void readsOfAPodWhatItsControllerSaysOfIt() throws Exception {
    String uid = server.addPod("ns", "p", "n", "c");
    assertThat(api.getPod("ns", "p", SECOND))
        .isEqualTo(
            new ClusterApi.Pod(
                new PodRef("ns", "p", uid),
                Optional.empty(),
                new PodFacts("ns/p", Optional.empty(), Optional.empty(), Map.of(), Map.of()),
                new PodContainers(uid, List.of())));
    ObjectNode pod = server.find(ApiKind.PODS, "ns", "p").orElseThrow();
    pod.withObject("spec").put("hostname", "job-1").put("subdomain", "svc");
    pod.withObject("metadata").withObject("labels").put("a/b", "1");
    pod.withObject("metadata").withObject("annotations").put("c", "").putNull("d");
    var owners = pod.withObject("metadata").withArray("ownerReferences");
    owners.addObject().put("kind", "Queue").put("name", "q");
    owners.addObject().put("kind", "Job").put("name", "train").put("controller", true);
    server.replace(ApiKind.PODS, "ns", pod);
    assertThat(api.getPod("ns", "p", SECOND).facts())
        .isEqualTo(
            new PodFacts(
                "ns/p",
                Optional.of("job-1"),
                Optional.of("svc"),
                Map.of("a/b", "1"),
                Map.of("c", "")));
    assertThat(api.getPod("ns", "p", SECOND).owner())
        .contains(new ClusterApi.Owner("Job", "train"));
    assertThat(refused(() -> api.getPod("ns", "q", SECOND), Reason.NOT_FOUND)).contains("ns/q");
  }

  @Test
  void readsOfAPodWhenItWasScheduledAndStarted() throws Exception {
    String uid = server.addPod("ns", "p", "n", "c");
    PodRef ref = new PodRef("ns", "p", uid);
    assertThat(api.podTimes(ref)).contains(new PodTimes(uid, Optional.empty(), Optional.empty()));
    ObjectNode pod = server.find(ApiKind.PODS, "ns", "p").orElseThrow();
    ObjectNode status = pod.withObject("status");
    condition(status, "Ready", "False", "2026-11-22T12:00:30Z");
    condition(status, "PodScheduled", "True", "2026-11-22T12:00:00Z");
    status
        .withArray("initContainerStatuses")
        .addObject()
        .withObject("state")
        .withObject("terminated")
        .put("startedAt", "2026-11-22T12:00:01Z");
    status.withArray("containerStatuses").addObject().withObject("state").putObject("waiting");
    ObjectNode restarted = status.withArray("containerStatuses").addObject();
    restarted.withObject("state").withObject("running").put("startedAt", "2026-11-22T12:00:20Z");
    restarted
        .withObject("lastState")
        .withObject("terminated")
        .put("startedAt", "2026-11-22T12:00:10Z")
        .put("exitCode", 1);
    server.replace(ApiKind.PODS, "ns", pod);
    assertThat(api.podTimes(ref))
        .contains(
            new PodTimes(
                uid,
                Optional.of(Instant.parse("2026-11-22T12:00:00Z")),
                Optional.of(Instant.parse("2026-11-22T12:00:10Z"))));
    assertThat(api.podTimes(new PodRef("ns", "p", "another"))).isEmpty();
    assertThat(api.podTimes(new PodRef("ns", "q", ""))).isEmpty();
  }

  private static void condition(ObjectNode status, String type, String is, String since) {
    status
        .withArray("conditions")
        .addObject()
        .put("type", type)
        .put("status", is)
        .put("lastTransitionTime", since);
  }

  @Test
  void readsOfAPodWhichContainersUseWhichClaims() throws Exception {
    String uid = server.addPod("ns", "p", "n", "direct");
    ObjectNode pod = server.find(ApiKind.PODS, "ns", "p").orElseThrow();
    pod.setAll(
        (ObjectNode)
            new ObjectMapper()
                .readTree(
                    """
                    {"spec": {
                      "containers": [
                        {"name": "all", "image": "i", "resources": {
                          "limits": {"cpu": 1}, "claims": [{"name": "d"}, {"name": "t"}]}},
                        {"name": "one", "resources": {"claims": [{"name": "t", "request": "r"}]}},
                        {"name": "none", "resources": null},
                        {"name": "later", "resources": {"claims": [{"name": "unmade"}]}},
                        {"name": "extended", "resources": {"limits": {"google.com/tpu": 1}}}],
                      "initContainers": [
                        {"name": "init", "resources": {"claims": [{"name": "d", "request": ""}]}}],
                      "resourceClaims": [
                        {"name": "d", "resourceClaimName": "direct"},
                        {"name": "t", "resourceClaimTemplateName": "x"},
                        {"name": "unmade", "resourceClaimTemplateName": "y"}]},
                     "status": {
                       "resourceClaimStatuses": [{"name": "t", "resourceClaimName": "p-t-1"},
                         {"name": "unmade"}],
                       "extendedResourceClaimStatus": {"resourceClaimName": "p-ext", "requestMappings": [
                         {"containerName": "extended", "resourceName": "google.com/tpu",
                          "requestName": "container-4-request-0"}]}}}
                    """));
    server.replace(ApiKind.PODS, "ns", pod);
    Use direct = new Use("direct", Optional.empty());
    assertThat(api.getPod("ns", "p", SECOND).containers())
        .isEqualTo(
            new PodContainers(
                uid,
                List.of(
                    new Container("all", Set.of(direct, new Use("p-t-1", Optional.empty()))),
                    new Container("one", Set.of(new Use("p-t-1", Optional.of("r")))),
                    new Container(
                        "extended", Set.of(new Use("p-ext", Optional.of("container-4-request-0")))),
                    new Container("init", Set.of(direct)))));
  }

  @Test
  void comesBackWhenTheServerDoes() throws Exception {
    server.addClaim("ns", "c", Map.of());
    api.getClaim("ns", "c", SECOND);
    int port = server.url().getPort();
    server.close();
    assertThat(refused(() -> api.getClaim("ns", "c", SECOND), Reason.UNREACHABLE))
        .contains(String.valueOf(port));
    server = FakeApiServer.start(port);
    server.addClaim("ns", "c", Map.of());
    assertThat(api.getClaim("ns", "c", SECOND).ref().name()).isEqualTo("c");
  }

  @Test
  void slicesComeBackAsWritten() throws Exception {
    String nodeUid = api.nodeUid(nodeNamed("n"));
    ResourceSlice wanted = slice("s", device("gpu-1"));
    ResourceSlice stored = api.createSlice(wanted, nodeUid);
    assertThat(stored.spec()).isEqualTo(wanted.spec());
    assertThat(api.listSlices("acceld.dev", "n").slices()).containsExactly(stored);
    assertThat(api.listSlices("acceld.dev", "m").slices()).isEmpty();
    assertThat(
            server
                .find(ApiKind.SLICES, "", "s")
                .orElseThrow()
                .at("/metadata/ownerReferences/0")
                .toString())
        .contains("\"kind\":\"Node\"", "\"uid\":\"" + nodeUid + "\"", "\"controller\":true");

    Taint taint = new Taint("acceld.dev/xid", "79", "NoSchedule", Optional.empty());
    SliceDevice tainted =
        new SliceDevice(
            "gpu-1", Map.of(), Map.of("memory", new Capacity(1L << 36)), List.of(taint));
    ResourceSlice changed =
        api.updateSlice(
            new ResourceSlice("s", stored.uid(), stored.resourceVersion(), spec(tainted)), nodeUid);
    assertThat(changed.spec().devices().getFirst().taints().getFirst().timeAdded()).isPresent();
    assertThat(refused(() -> api.updateSlice(stored, nodeUid), Reason.CONFLICT)).contains("409");
    api.deleteSlice(new ResourceSlice("s", "another-uid", "", stored.spec()));
    assertThat(server.all(ApiKind.SLICES)).hasSize(1);
    api.deleteSlice(changed);
    api.deleteSlice(changed);
    assertThat(server.all(ApiKind.SLICES)).isEmpty();
  }

  @Test
  void aWatchTellsWhatOthersDoAndThatItIsOver() throws Exception {
    String nodeUid = api.nodeUid(nodeNamed("n"));
    List<String> told = new CopyOnWriteArrayList<>();
    String from = api.listSlices("acceld.dev", "n").resourceVersion();
    try (ClusterApi.Watch watch = api.watchSlices("acceld.dev", "n", from, observer(told))) {
      api.createSlice(slice("s", device("gpu-1")), nodeUid);
      server.wipeSlices("acceld.dev", "n");
      await().until(() -> told.size() == 2);
      assertThat(told).containsExactly("changed s", "deleted s");
      server.cutWatches();
      await().until(() -> told.size() == 3);
      assertThat(told.getLast()).contains("watch resourceslices", "closed the watch early");
    }
  }

  @Test
  void aWatchFromTheDistantPastIsToldSo() throws Exception {
    String from = api.listSlices("acceld.dev", "n").resourceVersion();
    server.compact();
    List<String> told = new CopyOnWriteArrayList<>();
    try (ClusterApi.Watch watch = api.watchSlices("acceld.dev", "n", from, observer(told))) {
      await().until(() -> !told.isEmpty());
      assertThat(told.getFirst()).contains("410");
    }
  }

  @Test
  void aClosedWatchIsSilent() throws Exception {
    String nodeUid = api.nodeUid(nodeNamed("n"));
    List<String> told = new CopyOnWriteArrayList<>();
    String from = api.listSlices("acceld.dev", "n").resourceVersion();
    ClusterApi.Watch watch = api.watchSlices("acceld.dev", "n", from, observer(told));
    await().until(() -> server.requests().count("watch", "resourceslices") == 1);
    watch.close();
    api.createSlice(slice("s", device("gpu-1")), nodeUid);
    server.cutWatches();
    await().during(Duration.ofMillis(200)).until(told::isEmpty);
  }

  private String nodeNamed(String name) {
    server.addNode(name);
    return name;
  }

  private static ResourceSlice slice(String name, SliceDevice... devices) {
    return new ResourceSlice(name, "", "", spec(devices));
  }

  private static Spec spec(SliceDevice... devices) {
    return new Spec("acceld.dev", "n", "n", 1, 1, List.of(devices));
  }

  private static SliceDevice device(String name) {
    return new SliceDevice(
        name,
        Map.of(
            "uuid", AttributeValue.of("GPU-1"),
            "index", AttributeValue.of(7),
            "ok", AttributeValue.of(true),
            "driverVersion", AttributeValue.version("580.159.4")),
        Map.of("memory", new Capacity(80L << 30)),
        List.of());
  }

  private static SliceObserver observer(List<String> told) {
    return new SliceObserver() {
      @Override
      public void changed(ResourceSlice slice) {
        told.add("changed " + slice.name());
      }

      @Override
      public void deleted(ResourceSlice slice) {
        told.add("deleted " + slice.name());
      }

      @Override
      public void ended(String why) {
        told.add(why);
      }
    };
  }

  private interface Attempt {
    Object go() throws ClusterException;
  }

  private static String refused(Attempt attempt, Reason reason) {
    ClusterException e = catchThrowableOfType(ClusterException.class, attempt::go);
    assertThat(e.reason()).isEqualTo(reason);
    return String.valueOf(e.getMessage());
  }
}
