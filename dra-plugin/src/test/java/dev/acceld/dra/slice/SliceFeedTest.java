package dev.acceld.dra.slice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.device.AttributeValue;
import dev.acceld.device.Inventory;
import dev.acceld.dra.claim.HeldDevice;
import dev.acceld.dra.claim.Hold;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.ClusterConnection;
import dev.acceld.fake.PodId;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.fake.apiserver.FakeApiServer;
import dev.acceld.fake.apiserver.FakeScheduler;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SliceFeedTest {
  @TempDir Path dir;

  /** The scheduler must never see a device as free that a running pod still has. */
  @Test
  void aDeviceThatAClaimHoldsIsChargedThoughItHasVanished() throws Exception {
    try (FakeApiServer server = FakeApiServer.start()) {
      server.addNode("n");
      Path kubeconfig = server.writeKubeconfig(dir.resolve("kubeconfig"));
      server.faults().taintsOff(true);
      try (ClusterApi api =
              ClusterConnection.open(Optional.of(kubeconfig), Map.of(), "t").api().orElseThrow();
          SlicePublisher publisher =
              new SlicePublisher(
                  api, new PublisherSettings("acceld.dev", "n", dir), PublisherObserver.NONE)) {
        SliceFeed feed = new SliceFeed(new SliceComposer("acceld.dev"), publisher);
        HeldDevice held =
            new HeldDevice(
                "gpu-1",
                Map.of("type", AttributeValue.of("gpu")),
                Map.of(),
                Hold.NONE,
                new ClaimRef("ns", "c", "u"));
        feed.update(Inventory.EMPTY, Map.of(), List.of(held));
        publisher.start();
        publisher.registered();
        await().until(() -> server.all(ApiKind.SLICES).size() == 1);
        assertThat(server.all(ApiKind.SLICES).getFirst().at("/spec/devices/0/name").asText())
            .isEqualTo("gpu-1");

        server.addClaim("ns", "c", Map.of());
        server.addClaim("ns", "d", Map.of());
        FakeScheduler scheduler = new FakeScheduler(server);
        PodId pod = new PodId("ns", "p", "pu");
        assertThat(scheduler.allocate("ns", "c", "acceld.dev", 1, d -> true, pod)).hasSize(1);
        assertThat(scheduler.allocate("ns", "d", "acceld.dev", 1, d -> true, pod)).isEmpty();
        scheduler.free("ns", "c");
        assertThat(scheduler.allocate("ns", "d", "acceld.dev", 1, d -> true, pod)).hasSize(1);
      }
    }
  }
}
