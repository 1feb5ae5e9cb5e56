package dev.acceld.dra.slice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.AttributeValue;
import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.ClusterConnection;
import dev.acceld.dra.cluster.ResourceSlice;
import dev.acceld.dra.cluster.ResourceSlice.Beside;
import dev.acceld.dra.cluster.ResourceSlice.SliceDevice;
import dev.acceld.dra.cluster.ResourceSlice.Spec;
import dev.acceld.fake.apiserver.FakeApiServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server alters, device by device. */
class ApiServerFeaturesTest {
  private static final String NODE_UID = "u";

  @TempDir Path dir;
  private final ApiServerFeatures quirks = new ApiServerFeatures();

  @Test
  void writingTheAlteredFormShowsNothingNew() {
    quirks.learn(slice("s-0", device(1)), slice("s-0", device(99)), NODE_UID);
    assertThat(adapted(device(1))).isEqualTo(device(99));
    quirks.learn(slice("s-0", device(99)), slice("s-0", device(99)), NODE_UID);
    assertThat(adapted(device(1))).isEqualTo(device(99));
  }

  @Test
  void writingTheWantedFormShowsThatItIsKept() {
    quirks.learn(slice("s-0", device(1)), slice("s-0", device(99)), NODE_UID);
    quirks.learn(slice("s-0", device(1)), slice("s-0", device(1)), NODE_UID);
    assertThat(quirks.learnedAny()).isFalse();
  }

  /** Otherwise the offer of a device would flap with the first pause for ever. */
  @Test
  void aLessonLearnedAgainIsAskedAboutLater() throws Exception {
    Duration first = Duration.ofMinutes(5);
    try (FakeApiServer server = FakeApiServer.start();
        ClusterApi api =
            ClusterConnection.open(
                    Optional.of(server.writeKubeconfig(dir.resolve("kubeconfig"))), Map.of(), "t")
                .api()
                .orElseThrow()) {
      FeatureProbe relearning = new FeatureProbe(api, quirks, first);
      for (int i = 0; i < 3; i++) {
        quirks.learn(slice("s-0", device(1)), slice("s-0", device(99)), NODE_UID);
        assertThat(relearning.due(0))
            .isBetween((first.toNanos() << i) / 5 * 4, first.toNanos() * 8);
        relearning.run(0, NODE_UID);
        assertThat(quirks.learnedAny()).isFalse();
        assertThat(relearning.due(0)).isGreaterThan(Duration.ofDays(365).toNanos());
      }
    }
  }

  private SliceDevice adapted(SliceDevice wanted) {
    return quirks.adapt(DriverResources.of(List.of(wanted))).getFirst().devices().getFirst();
  }

  private static SliceDevice device(int index) {
    return new SliceDevice("gpu-0", Map.of("index", AttributeValue.of(index)), Map.of(), List.of());
  }

  private static ResourceSlice slice(String name, SliceDevice device) {
    return new ResourceSlice(
        name,
        "",
        "",
        new Spec("acceld.dev", "n", "n", 1, 1, List.of(device)),
        new Beside(NODE_UID, Map.of()));
  }
}
