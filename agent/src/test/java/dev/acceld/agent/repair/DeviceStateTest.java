package dev.acceld.agent.repair;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DeviceStateTest {
  private static final double UNKNOWN = Double.NaN;
  private static final DeviceState BEFORE =
      new DeviceState(Optional.of("GPU-1"), OptionalLong.of(80L << 30), 16, 18);

  @Test
  void whatIsAsBeforeOrBetterIsNoneTheWorse() {
    assertThat(BEFORE.worseThan(BEFORE)).isEmpty();
    assertThat(BEFORE.worseThan(state("GPU-1", 80, 8, 17))).isEmpty();
    assertThat(BEFORE.describe()).isEqualTo(": GPU-1, 80 GiB of memory, PCIe x16, 18 NVLinks up");
  }

  @Test
  void whatWasNotKnownIsComparedWithNothing() {
    DeviceState nothing = new DeviceState(Optional.empty(), OptionalLong.empty(), UNKNOWN, UNKNOWN);
    assertThat(BEFORE.worseThan(nothing)).isEmpty();
    assertThat(nothing.describe()).isEmpty();
  }

  @Test
  void eachLossIsNamed() {
    assertThat(state("GPU-2", 40, 8, 17).worseThan(BEFORE))
        .containsExactly(
            "its UUID is GPU-2, it was GPU-1",
            "it has 42949672960 bytes of memory, it had 85899345920",
            "its PCIe link has 8 lanes, it had 16",
            "17 NVLinks are up, 18 were");
    assertThat(state("GPU-1", 80, UNKNOWN, 18).worseThan(BEFORE))
        .as("what was told and is not any more")
        .containsExactly("its PCIe link has an unknown number of lanes, it had 16");
  }

  private static DeviceState state(String uuid, long gib, double lanes, double links) {
    return new DeviceState(Optional.of(uuid), OptionalLong.of(gib << 30), lanes, links);
  }
}
