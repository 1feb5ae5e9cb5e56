package dev.acceld.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.DeviceName;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.dra.claim.PreparedDevice;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HoldersTest {
  private static final DeviceName GPU = new DeviceName("gpu-0");
  private static final ClaimRef A = new ClaimRef("ns", "a", "uid-a");
  private static final ClaimRef B = new ClaimRef("ns", "b", "uid-b");

  @Test
  void nobodyHoldsWhatNoClaimNames() {
    assertThat(Holders.of(List.of()).holders(GPU)).isEmpty();
    assertThat(Holders.of(List.of(claim(A, "gpu-1", false))).soleHolder(GPU)).isEmpty();
  }

  @Test
  void oneClaimIsTheSoleHolder() {
    Holders of = Holders.of(List.of(claim(A, "gpu-0", false, pod("p", "u"))));
    Holder holder = of.soleHolder(GPU).orElseThrow();
    assertThat(holder.claim()).isEqualTo(A);
    assertThat(holder.pool()).isEqualTo("node-1");
    assertThat(holder.solePod()).contains(pod("p", "u"));
  }

  @Test
  void twoClaimsAreBothListedAndNeitherIsSole() {
    Holders of = Holders.of(List.of(claim(A, "gpu-0", false), claim(B, "gpu-0", false)));
    assertThat(of.holders(GPU)).extracting(Holder::claim).containsExactly(A, B);
    assertThat(of.soleHolder(GPU)).isEmpty();
  }

  @Test
  void adminAccessIsNoHold() {
    assertThat(Holders.of(List.of(claim(A, "gpu-0", true))).holders(GPU)).isEmpty();
  }

  @Test
  void aPodToldWithAndWithoutItsUidIsOnePod() {
    Holders of = Holders.of(List.of(claim(A, "gpu-0", false, pod("p", ""), pod("p", "u"))));
    assertThat(of.soleHolder(GPU).orElseThrow().solePod()).contains(pod("p", "u"));
  }

  @Test
  void ofSeveralPodsNoneIsSole() {
    Holders of = Holders.of(List.of(claim(A, "gpu-0", false, pod("p", "u"), pod("q", "v"))));
    assertThat(of.soleHolder(GPU).orElseThrow().solePod()).isEmpty();
    assertThat(of.soleHolder(GPU).orElseThrow().pods()).hasSize(2);
  }

  private static PodRef pod(String name, String uid) {
    return new PodRef("ns", name, uid);
  }

  private static PreparedClaim claim(ClaimRef ref, String device, boolean admin, PodRef... pods) {
    return new PreparedClaim(
        ref,
        List.of(new PreparedDevice("r", "node-1", device, Optional.empty(), admin, List.of())),
        List.of(pods),
        Instant.EPOCH);
  }
}
