package dev.acceld.dra.kubelet;

import static dev.acceld.dra.kubelet.FakeClaims.claim;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.acceld.dra.claim.ContainerUse;
import dev.acceld.dra.claim.PodHolders.ClaimKey;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.fake.PodId;
import dev.acceld.fake.kubelet.FakeKubelet;
import dev.acceld.kubelet.proto.podresources.v1.PodResourcesListerGrpc;
import io.grpc.Server;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PodResourcesClientTest {
  private static final PodId POD = new PodId("default", "pod-1", "");
  private static final PodId SECOND = new PodId("default", "pod-2", "");
  private PluginRig rig;

  @BeforeEach
  void open() throws Exception {
    rig = new PluginRig();
  }

  @AfterEach
  void close() throws Exception {
    rig.close();
  }

  private static Set<PodRef> pods(PodId... pods) {
    return Arrays.stream(pods)
        .map(pod -> new PodRef(pod.namespace(), pod.name(), ""))
        .collect(Collectors.toSet());
  }

  private Path socket() {
    return rig.kubeletDir.resolve("pod-resources/kubelet.sock");
  }

  @Test
  void tellsThePodsOfEachClaim() throws Exception {
    FakeKubelet kubelet = rig.kubelet();
    kubelet.addPod(POD, List.of(claim("one"), claim("shared")));
    kubelet.addPod(SECOND, List.of(claim("shared")));
    try (PodResourcesClient client = new PodResourcesClient(rig.kubeletDir, rig.transport())) {
      assertThat(client.byClaim())
          .containsOnlyKeys(new ClaimKey("default", "one"), new ClaimKey("default", "shared"))
          .containsEntry(new ClaimKey("default", "one"), pods(POD))
          .containsEntry(new ClaimKey("default", "shared"), pods(POD, SECOND));

      kubelet.removePod(POD);
      assertThat(client.byClaim())
          .containsOnlyKeys(new ClaimKey("default", "shared"))
          .containsEntry(new ClaimKey("default", "shared"), pods(SECOND));
    }
  }

  @Test
  void tellsWhatEachContainerHas() throws Exception {
    FakeKubelet kubelet = rig.kubelet();
    kubelet.addPod(POD, List.of(claim("one")));
    kubelet.containers(POD, List.of("main", "side"));
    kubelet.givePlugin(SECOND, "classic", "nvidia.com/gpu", List.of("GPU-1", "GPU-2"));
    kubelet.addPod(new PodId("default", "plain", ""), List.of());
    try (PodResourcesClient client = new PodResourcesClient(rig.kubeletDir, rig.transport())) {
      PodRef first = new PodRef("default", "pod-1", "");
      Set<ClaimKey> one = Set.of(new ClaimKey("default", "one"));
      assertThat(client.containers())
          .containsExactlyInAnyOrder(
              new ContainerUse(first, "main", one, Map.of()),
              new ContainerUse(first, "side", one, Map.of()),
              new ContainerUse(
                  new PodRef("default", "pod-2", ""),
                  "classic",
                  Set.of(),
                  Map.of("nvidia.com/gpu", List.of("GPU-1", "GPU-2"))));
    }
  }

  @Test
  void tellsWhatDevicePluginsOffer() throws Exception {
    FakeKubelet kubelet = rig.kubelet();
    kubelet.devicePlugin("nvidia.com/gpu", List.of("GPU-1", "GPU-2"));
    kubelet.devicePlugin("example.com/foo", List.of("a"));
    try (PodResourcesClient client = new PodResourcesClient(rig.kubeletDir, rig.transport())) {
      assertThat(client.devicePlugins().orElseThrow())
          .containsOnly(entry("nvidia.com/gpu", 2), entry("example.com/foo", 1));
    }
  }

  @Test
  void anOlderKubeletThatDoesNotTellIsNoError() throws Exception {
    Files.createDirectories(socket().getParent());
    KubeletTransport transport = rig.transport();
    Server older =
        transport
            .server(socket())
            .addService(new PodResourcesListerGrpc.PodResourcesListerImplBase() {})
            .build()
            .start();
    try (PodResourcesClient client = new PodResourcesClient(rig.kubeletDir, transport)) {
      assertThat(client.devicePlugins()).isEmpty();
    } finally {
      older.shutdownNow();
    }
  }

  @Test
  void findsARestartedKubeletAtTheFirstQuestion() throws Exception {
    FakeKubelet kubelet = rig.kubelet();
    kubelet.addPod(POD, List.of(claim("one")));
    try (PodResourcesClient client = new PodResourcesClient(rig.kubeletDir, rig.transport())) {
      assertThat(client.byClaim()).hasSize(1);

      kubelet.restart();

      assertThat(client.byClaim()).hasSize(1);
    }
  }

  @Test
  void saysThatThereIsNoKubelet() throws Exception {
    try (PodResourcesClient client = new PodResourcesClient(rig.kubeletDir, rig.transport())) {
      assertThatThrownBy(client::byClaim)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(socket().toString())
          .hasMessageContaining("--kubelet-dir");
      FakeKubelet kubelet = rig.kubelet();
      assertThat(client.byClaim()).isEmpty(); // and comes back by itself

      kubelet.stop();
      Files.createDirectories(socket().getParent());
      ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      dead.bind(UnixDomainSocketAddress.of(socket()));
      dead.close();
      assertThatThrownBy(client::byClaim).hasMessageContaining("nothing listens");
    }
  }

  @Test
  void doesNotWaitForEverForAKubeletThatHangs() throws Exception {
    Files.createDirectories(socket().getParent());
    try (ServerSocketChannel hung = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        PodResourcesClient client =
            new PodResourcesClient(rig.kubeletDir, rig.transport(), Duration.ofMillis(300))) {
      hung.bind(UnixDomainSocketAddress.of(socket()));

      assertThatThrownBy(client::byClaim)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no answer within 300 ms");
    }
  }
}
