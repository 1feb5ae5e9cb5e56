package dev.acceld.agent.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.DeviceName;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.dra.claim.PreparedDevice;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.probe.DeviceHolder;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the devices' side is told of claims. */
class KubernetesViewTest {
  private List<PreparedClaim> claims = List.of();
  private Optional<Set<String>> held = Optional.empty();
  private final ClusterApi silent =
      (ClusterApi)
          Proxy.newProxyInstance(
              ClusterApi.class.getClassLoader(),
              new Class<?>[] {ClusterApi.class},
              (self, method, args) -> Optional.empty());
  private final KubernetesView view =
      new KubernetesView(
          new NodeLabelReader(silent, "node-a"),
          new PodAddresses(silent),
          () -> claims,
          () -> held);

  @AfterEach
  void close() {
    view.close();
  }

  private static PreparedClaim claim(String name, PreparedDevice... devices) {
    return new PreparedClaim(
        new ClaimRef("ns", name, "uid-" + name),
        List.of(devices),
        List.of(new PodRef("ns", "pod", "pod-uid")),
        Instant.EPOCH);
  }

  private static PreparedDevice device(String name, boolean admin) {
    return new PreparedDevice("r", "node-a", name, Optional.empty(), admin, List.of());
  }

  @Test
  void adminAccessHoldsNothing() {
    claims = List.of(claim("a", device("tpu-1", false), device("tpu-2", true)));
    assertThat(view.holders())
        .containsExactly(new DeviceHolder("ns/a", "uid-a", List.of(new DeviceName("tpu-1"))));
  }

  /** It is asked with every sample. */
  @Test
  void nothingIsMadeAnewWhileTheListOfClaimsIsTheSame() {
    claims = List.of(claim("a", device("tpu-1", false)));
    List<DeviceHolder> before = view.holders();
    assertThat(view.holders()).isSameAs(before);
    claims = List.of(claim("a", device("tpu-1", false)), claim("b", device("tpu-2", false)));
    assertThat(view.holders()).hasSize(2).isNotSameAs(before);
    claims = List.of();
    assertThat(view.holders()).isEmpty();
  }

  @Test
  void whatMayBeHeldIsNotKnownWhileARecordCannotBeRead() {
    ClusterLink link = new ClusterLink();
    assertThat(link.held()).isEmpty();
    link.connect(view);
    assertThat(link.held()).isEmpty();
    held = Optional.of(Set.of("tpu-1"));
    assertThat(link.held()).contains(Set.of(new DeviceName("tpu-1")));
  }
}
