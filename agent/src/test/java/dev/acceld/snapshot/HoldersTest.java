package dev.acceld.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Kind;
import dev.acceld.device.TpuChip;
import dev.acceld.device.TpuShape;
import dev.acceld.device.Vendor;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.dra.claim.PreparedDevice;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class HoldersTest {
  private static final DeviceName GPU = new DeviceName("gpu-0");
  private static final ClaimRef A = new ClaimRef("ns", "a", "uid-a");
  private static final ClaimRef B = new ClaimRef("ns", "b", "uid-b");

  @Test
  void nobodyHoldsWhatNoClaimNames() {
    assertThat(holders().holders(GPU)).isEmpty();
    assertThat(holders(claim(A, "gpu-1", false)).soleHolder(GPU)).isEmpty();
  }

  @Test
  void oneClaimIsTheSoleHolder() {
    Holders of = holders(claim(A, "gpu-0", false, pod("p", "u")));
    Holder holder = of.soleHolder(GPU).orElseThrow();
    assertThat(holder.claim()).isEqualTo(A);
    assertThat(holder.pool()).isEqualTo("node-1");
    assertThat(holder.solePod()).contains(pod("p", "u"));
  }

  @Test
  void twoClaimsAreBothListedAndNeitherIsSole() {
    Holders of = holders(claim(A, "gpu-0", false), claim(B, "gpu-0", false));
    assertThat(of.holders(GPU)).extracting(Holder::claim).containsExactly(A, B);
    assertThat(of.soleHolder(GPU)).isEmpty();
  }

  @Test
  void adminAccessIsNoHold() {
    assertThat(holders(claim(A, "gpu-0", true)).holders(GPU)).isEmpty();
  }

  @Test
  void aPodToldWithAndWithoutItsUidIsOnePod() {
    Holders of = holders(claim(A, "gpu-0", false, pod("p", ""), pod("p", "u")));
    assertThat(of.soleHolder(GPU).orElseThrow().solePod()).contains(pod("p", "u"));
  }

  @Test
  void ofSeveralPodsNoneIsSole() {
    Holders of = holders(claim(A, "gpu-0", false, pod("p", "u"), pod("q", "v")));
    assertThat(of.soleHolder(GPU).orElseThrow().solePod()).isEmpty();
    assertThat(of.soleHolder(GPU).orElseThrow().pods()).hasSize(2);
  }

  @Test
  void whoeverHoldsAShapeHoldsItsChips() {
    TpuShape shape =
        new TpuShape(common("tpu-1x2-a"), "1x2", List.of(chip("tpu-a"), chip("tpu-b")));
    Holders of = Holders.of(List.of(claim(A, "tpu-1x2-a", false)), List.of(shape));
    assertThat(of.soleHolder(new DeviceName("tpu-a")).orElseThrow().claim()).isEqualTo(A);
    assertThat(of.soleHolder(new DeviceName("tpu-b")).orElseThrow().claim()).isEqualTo(A);
    assertThat(of.soleHolder(new DeviceName("tpu-c"))).isEmpty();
  }

  private static TpuChip chip(String name) {
    return new TpuChip(common(name), "v5e", 0, OptionalLong.empty(), 8);
  }

  private static DeviceCommon common(String name) {
    return new DeviceCommon(
        new DeviceName(name),
        "tpu-chip",
        Vendor.GOOGLE,
        Kind.TPU,
        name,
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        Map.of(),
        Map.of(),
        List.of());
  }

  private static Holders holders(PreparedClaim... claims) {
    return Holders.of(List.of(claims), List.of());
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
