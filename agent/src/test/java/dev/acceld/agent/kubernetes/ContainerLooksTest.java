package dev.acceld.agent.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.Inventory;
import dev.acceld.device.Kind;
import dev.acceld.device.Vendor;
import dev.acceld.dra.claim.ContainerUse;
import dev.acceld.dra.claim.PodHolders.ClaimKey;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.snapshot.ContainerUses;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ContainerLooksTest {
  private static final ClaimRef CLAIM = new ClaimRef("team", "one", "uid-1");
  private static final PodRef POD = new PodRef("team", "train-0", "pod-uid");
  private static final Instant AT = Instant.parse("2026-11-22T12:00:00Z");

  private final List<ContainerUse> told = new ArrayList<>();
  private List<PreparedClaim> claims = List.of();
  private Runnable whileAsked = () -> {};
  private boolean away;
  private long nanos = 1;
  private int asked;

  private final ContainerLooks looks =
      new ContainerLooks(
          () -> {
            asked++;
            whileAsked.run();
            if (away) {
              throw new IOException("nothing listens there");
            }
            return List.copyOf(told);
          },
          () -> claims,
          () -> new Inventory(AT, List.of(gpu("a"), gpu("b")), Set.of(), List.of()),
          () -> nanos);

  private static Gpu gpu(String id) {
    return new Gpu(
        new DeviceCommon(
            new DeviceName("gpu-" + id),
            "gpu",
            Vendor.NVIDIA,
            Kind.GPU,
            "gpu-" + id,
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            Map.of(),
            Map.of(),
            List.of()),
        "GPU-" + id,
        "NVIDIA H100 80GB HBM3",
        Optional.empty(),
        OptionalInt.of(0),
        OptionalInt.of(0),
        80L << 30,
        "580.159.04");
  }

  private static PreparedClaim prepared(ClaimRef claim, PodRef... pods) {
    return new PreparedClaim(claim, List.of(), List.of(pods), AT);
  }

  private void lists(String pod, String container, String... names) {
    told.add(
        new ContainerUse(
            new PodRef("team", pod, ""),
            container,
            Set.copyOf(List.of(names).stream().map(n -> new ClaimKey("team", n)).toList()),
            Map.of()));
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  /** As housekeeping does each second. */
  private boolean tick() throws IOException {
    boolean due = looks.isDue(false);
    if (due) {
      looks.byClaim();
    }
    return due;
  }

  @Test
  void theContainersOfAClaimAreThoseOfItsPodWithItsUid() throws Exception {
    claims = List.of(prepared(CLAIM, POD));
    lists("train-0", "main", "one");
    lists("train-0", "sidecar", "another");
    looks.byClaim();

    assertThat(looks.uses().of(CLAIM, POD)).containsExactly("main");
    assertThat(looks.uses().of(new ClaimRef("team", "one", "uid-2"), POD)).isEmpty();
    assertThat(looks.uses().of(CLAIM, new PodRef("team", "train-0", "another-uid"))).isEmpty();

    lists("train-0", "helper", "one");
    looks.byClaim();
    assertThat(looks.uses().of(CLAIM, POD)).containsExactly("helper", "main");
  }

  /** The kubelet has names only: a new claim of the old name must not get the old one's answer. */
  @Test
  void aClaimThatWasReplacedMeanwhileLearnsNothing() throws Exception {
    ClaimRef next = new ClaimRef("team", "one", "uid-2");
    claims = List.of(prepared(CLAIM, POD));
    lists("train-0", "main", "one");
    whileAsked = () -> claims = List.of(prepared(next, POD));
    looks.byClaim();

    assertThat(looks.uses().of(next, POD)).isEmpty();
  }

  @Test
  void whatWasKnownStaysWhileThePodIsNotListedOrTheKubeletIsAway() throws Exception {
    claims = List.of(prepared(CLAIM, POD));
    lists("train-0", "main", "one");
    looks.byClaim();
    told.clear();
    looks.byClaim();
    assertThat(looks.uses().of(CLAIM, POD)).containsExactly("main");

    away = true;
    assertThatThrownBy(looks::byClaim).hasMessageContaining("nothing listens");
    assertThat(looks.uses().of(CLAIM, POD)).containsExactly("main");
  }

  @Test
  void aSecondPodOfAClaimIsKnownAtOnceAndTheFirstIsForgottenWhenItHasGone() throws Exception {
    claims = List.of(prepared(CLAIM, POD));
    lists("train-0", "main", "one");
    looks.byClaim();
    lists("train-1", "worker", "one");
    looks.byClaim();
    PodRef second = new PodRef("team", "train-1", "");
    assertThat(looks.uses().of(CLAIM, second)).containsExactly("worker");

    told.removeFirst();
    claims = List.of(prepared(CLAIM, second));
    looks.byClaim();
    assertThat(looks.uses().of(CLAIM, POD)).isEmpty();
    assertThat(looks.uses().of(CLAIM, second)).containsExactly("worker");
  }

  @Test
  void aNodeWithoutClaimsDoesNotAsk() throws Exception {
    for (int i = 0; i < 100; i++) {
      pass(Duration.ofSeconds(1));
      looks.changed();
      assertThat(tick()).isFalse();
    }
    assertThat(asked).isZero();
    assertThat(looks.isDue(true)).isTrue(); // but for pods of a device plugin
  }

  @Test
  void isAskedSoonAfterAChangeAndNotTwiceInTenSeconds() throws Exception {
    claims = List.of(prepared(CLAIM, POD));
    List<Long> at = new ArrayList<>();
    for (long second = 0; second < 60; second++) {
      if (second >= 20 && second < 40) {
        looks.changed(); // a pod a second
      }
      pass(Duration.ofMillis(500));
      if (tick()) {
        at.add(second);
      }
      pass(Duration.ofMillis(500));
    }
    assertThat(at).containsExactly(0L, 15L, 25L, 35L, 45L);
    assertThat(asked).isEqualTo(5);
  }

  @Test
  void anEndedClaimIsRememberedAsLongAsItsSeries() throws Exception {
    claims = List.of(prepared(CLAIM, POD));
    lists("train-0", "main", "one");
    looks.byClaim();
    claims = List.of();
    pass(Duration.ofMinutes(5));
    tick();
    assertThat(looks.uses().of(CLAIM, POD)).containsExactly("main");
    pass(Duration.ofMinutes(2));
    tick();
    assertThat(looks.uses()).isEqualTo(ContainerUses.NONE);
  }

  @Test
  void aThousandEndedClaimsAreNotAllRemembered() throws Exception {
    for (int i = 0; i < 1000; i++) {
      claims = List.of(prepared(new ClaimRef("team", "c" + i, "uid-" + i), POD));
      told.clear();
      lists("train-0", "main", "c" + i);
      looks.byClaim();
    }
    assertThat(looks.uses().byClaim()).hasSizeLessThanOrEqualTo(501).containsKey("uid-999");
  }

  @Test
  void devicesOfDevicePluginsAreFoundByTheirUuid() throws Exception {
    told.add(
        new ContainerUse(
            new PodRef("team", "classic", ""),
            "main",
            Set.of(),
            Map.of(
                "nvidia.com/gpu",
                List.of("GPU-b::3", "GPU-unknown"),
                "rdma/hca",
                List.of("GPU-a"))));
    looks.look();
    assertThat(looks.uses().plugins())
        .containsExactly(
            new ContainerUses.Given(
                new DeviceName("gpu-b"),
                "nvidia.com/gpu",
                new PodRef("team", "classic", ""),
                "main"));
    told.clear();
    looks.look();
    assertThat(looks.uses()).isEqualTo(ContainerUses.NONE);
  }
}
