package dev.acceld.dra.claim;

import static dev.acceld.dra.claim.FakeCluster.result;
import static dev.acceld.dra.claim.Node.prepared;
import static dev.acceld.dra.claim.Node.refused;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Device;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.ContainerAccess;
import dev.acceld.device.access.PodSettings;
import dev.acceld.dra.claim.record.ClaimRecordCodec;
import dev.acceld.dra.claim.record.RecordedOptions;
import dev.acceld.dra.claim.service.ClaimManager;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.ClusterException.Reason;
import dev.acceld.dra.cluster.PodContainers;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.dra.cluster.ResourceClaim;
import dev.acceld.dra.cluster.ResourceClaim.OpaqueConfig;
import dev.acceld.probe.AccessPlanner;
import dev.acceld.probe.AccessRefusedException;
import dev.acceld.vendor.ConfigFields;
import dev.acceld.vendor.ConfigKind;
import dev.acceld.vendor.InvalidConfigException;
import dev.acceld.vendor.PodFacts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A configuration may leave to the claim's pod what it means. */
class PodSettingsTest {
  private static final String KIND = "PodConfig";

  @TempDir Path dir;
  private Node node;

  @BeforeEach
  void node() {
    node = new Node(dir);
    node.access = new OfPod();
  }

  /** Tells a container the rank that its pod's label has, or that the claim says. */
  private static final class OfPod implements AccessPlanner {
    @Override
    public ContainerAccess plan(List<Device> devices, AccessOptions options) {
      return new ContainerAccess(
          List.of(), Map.of("RANK", options.pod().map(p -> p.values().get("rank")).orElse("none")));
    }

    @Override
    public AccessOptions complete(List<Device> devices, AccessOptions options, PodFacts pod)
        throws AccessRefusedException {
      String rank = pod.labels().get("rank");
      if (rank == null) {
        throw new AccessRefusedException("pod " + pod.path() + " has no label rank");
      }
      return options.with(new PodSettings(KIND, Map.of("rank", rank), true));
    }

    @Override
    public List<ConfigKind> configKinds() {
      return List.of(
          new ConfigKind() {
            @Override
            public String group() {
              return "g/v1";
            }

            @Override
            public String kind() {
              return KIND;
            }

            @Override
            public boolean takes(Device device) {
              return true;
            }

            @Override
            public AccessOptions read(ConfigFields fields) throws InvalidConfigException {
              Optional<String> rank = fields.word("rank");
              return AccessOptions.of(
                  new PodSettings(
                      KIND, rank.map(r -> Map.of("rank", r)).orElse(Map.of()), rank.isPresent()));
            }
          });
    }
  }

  private ClaimRef claim(String members) {
    OpaqueConfig config =
        new OpaqueConfig(
            false,
            List.of(),
            Node.DRIVER,
            "{\"apiVersion\": \"g/v1\", \"kind\": \"" + KIND + "\"" + members + "}");
    return node.cluster.allocate("c", "u1", List.of(result("r", "gpu-0")), List.of(config));
  }

  private void pod(String name, String uid, Map<String, String> labels) {
    PodRef ref = new PodRef("ns", name, uid);
    node.cluster.pods.put(ref.path(), uid);
    node.cluster.objects.put(
        ref.path(),
        new ClusterApi.Pod(
            ref,
            Optional.empty(),
            new PodFacts(ref.path(), Optional.empty(), Optional.empty(), labels, Map.of()),
            new PodContainers(uid, List.of())));
  }

  private void reservedFor(PodRef... pods) {
    ResourceClaim now = requireNonNull(node.cluster.claims.get("ns/c"));
    node.cluster.claims.put(
        "ns/c",
        new ResourceClaim(
            now.ref(), now.template(), now.allocation(), List.of(pods), now.annotations()));
  }

  private String cdi() throws Exception {
    return Files.readString(node.cdiFile("u1"));
  }

  @Test
  void thePodIsReadOnceAndWhatItTellsIsKept() throws Exception {
    ClaimRef claim = claim("");
    pod("pod-c", "pod-uid-c", Map.of("rank", "7"));
    try (ClaimManager first = node.open()) {
      prepared(first, claim);
    }
    assertThat(cdi()).contains("RANK=7");
    assertThat(node.cluster.podGets).hasValue(1);
    assertThat(ClaimRecordCodec.decode(Files.readAllBytes(node.record("u1"))).configuration())
        .containsExactly(
            "{\"request\":\"r\",\"pod\":{\"kind\":\"PodConfig\",\"settings\":{\"rank\":\"7\"}}}");
    pod("pod-c", "pod-uid-c", Map.of("rank", "8"));
    Files.delete(node.cdiFile("u1"));
    try (ClaimManager next = node.open()) {
      prepared(next, claim);
    }
    assertThat(cdi()).as("a container that restarts is what it was").contains("RANK=7");
    assertThat(node.cluster.podGets).hasValue(1);
  }

  @Test
  void nobodyAsksForThePodOfAClaimThatSaysAll() throws Exception {
    prepared(node.open(), claim(", \"rank\": \"3\""));
    assertThat(cdi()).contains("RANK=3");
    assertThat(node.cluster.podGets).hasValue(0);
  }

  @Test
  void nobodyAsksForThePodOfAClaimWithoutConfiguration() throws Exception {
    prepared(node.open(), node.cluster.allocate("c", "u1", "gpu-0"));
    assertThat(cdi()).contains("RANK=none");
    assertThat(node.cluster.podGets).hasValue(0);
  }

  @Test
  void aClaimOfSeveralPodsIsRefused() {
    for (String members : List.of("", ", \"rank\": \"3\"")) {
      ClaimRef claim = claim(members);
      reservedFor(new PodRef("ns", "one", "1"), new PodRef("ns", "two", "2"));
      assertThat(refused(node.open(), claim))
          .isEqualTo(
              "PodConfig of claim ns/c is for one pod alone, but the claim is reserved for ns/one,"
                  + " ns/two; use a ResourceClaimTemplate, so that each pod has a claim of its own");
    }
    ClaimRef claim = claim("");
    reservedFor(
        IntStream.range(0, 256)
            .mapToObj(i -> new PodRef("ns", "worker-" + i, "" + i))
            .toArray(PodRef[]::new));
    assertThat(refused(node.open(), claim))
        .contains("reserved for ns/worker-0, ns/worker-1, ns/worker-2 and 253 more; use a Resource")
        .hasSizeLessThan(1024);
    reservedFor();
    assertThat(refused(node.open(), claim)).contains("is reserved for no pod");
    assertThat(node.cluster.podGets).hasValue(0);
    assertThat(node.filesOfClaims()).isEmpty();
  }

  @Test
  void aPodThatIsGoneOrAnotherIsNotGuessedAbout() {
    ClaimRef claim = claim("");
    assertThat(refused(node.open(), claim)).contains("pod ns/pod-c no longer exists");
    pod("pod-c", "another", Map.of("rank", "7"));
    assertThat(refused(node.open(), claim))
        .contains("pod ns/pod-c has been replaced", "UID pod-uid-c", "has another");
    node.cluster.podFailure = Reason.FORBIDDEN;
    assertThat(refused(node.open(), claim)).contains("may not read pod ns/pod-c", "get on pods");
    assertThat(node.filesOfClaims()).isEmpty();
  }

  @Test
  void anApiServerThatComesBackIsWaitedForWithinTheBudget() throws Exception {
    ClaimRef claim = claim("");
    pod("pod-c", "pod-uid-c", Map.of("rank", "7"));
    node.cluster.podFailure = Reason.UNREACHABLE;
    assertThat(refused(node.open(), claim)).contains("could not be read", "retrying");
    assertThat(node.cluster.podGets.get()).isGreaterThan(1);
    node.cluster.podFailure = null;
    prepared(node.open(), claim);
    assertThat(cdi()).contains("RANK=7");
  }

  @Test
  void whatThePodDoesNotTellIsRefused() {
    ClaimRef claim = claim("");
    pod("pod-c", "pod-uid-c", Map.of());
    assertThat(refused(node.open(), claim)).isEqualTo("pod ns/pod-c has no label rank");
    assertThat(node.filesOfClaims()).isEmpty();
  }

  /** The kubelet has lost its memory, and the claim has another user by now. */
  @Test
  void anotherPodIsToldItsOwn() throws Exception {
    ClaimRef claim = claim("");
    pod("pod-c", "pod-uid-c", Map.of("rank", "7"));
    prepared(node.open(), claim);
    node.cluster.pods.clear();
    node.cluster.objects.clear();
    pod("pod-d", "pod-uid-d", Map.of("rank", "8"));
    reservedFor(new PodRef("ns", "pod-d", "pod-uid-d"));
    prepared(node.open(), claim);
    assertThat(cdi()).contains("RANK=8");
  }

  @Test
  void recordsOfOlderAndNewerAgentsAreReadAsFarAsTheyAreUnderstood() {
    assertThat(
            RecordedOptions.read(
                List.of(
                    "{\"request\":\"a\",\"driverCapabilities\":[\"video\"]}",
                    "{\"request\":\"b\",\"pod\":{\"kind\":7}}",
                    "{\"request\":\"c\",\"pod\":[]}",
                    "{\"request\":\"d\",\"pod\":{\"kind\":\"K\",\"settings\":{\"x\":1,\"y\":\"2\"}}}",
                    "{\"request\":\"e\"}",
                    "what")))
        .containsOnlyKeys("a", "d")
        .hasEntrySatisfying(
            "d",
            d ->
                assertThat(d)
                    .isEqualTo(AccessOptions.of(new PodSettings("K", Map.of("y", "2"), true))));
  }
}
