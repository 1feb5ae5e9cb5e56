package dev.acceld.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.ProbeStatus.State;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InventoryTest {
  private static final Device CHIP =
      new TpuChip(
          new DeviceCommon(
              new DeviceName("tpu-0000-00-05"),
              "tpu-chip",
              Vendor.GOOGLE,
              Kind.TPU,
              "tpu-0000-00-05",
              Optional.empty(),
              Optional.empty(),
              OptionalInt.empty(),
              Map.of(),
              Map.of(),
              List.of()),
          "v6e",
          0,
          OptionalLong.empty(),
          1);

  private static final Inventory ONE_CHIP =
      new Inventory(Instant.EPOCH, List.of(CHIP), Set.of(), List.of());

  private static ProbeStatus probe(String name, State state) {
    return new ProbeStatus(name, state, Instant.EPOCH, "");
  }

  @Test
  void aProbeThatWaitsForHardwareNobodyHasSeenIsInOrder() {
    assertThat(ONE_CHIP.inOrder(probe("nvidia", State.WAITING))).isTrue();
    assertThat(ONE_CHIP.inOrder(probe("tpu", State.READY))).isTrue();
  }

  @Test
  void aProbeWhoseDriverHasGoneIsNot() {
    assertThat(ONE_CHIP.inOrder(probe("tpu", State.WAITING))).isFalse();
  }

  @Test
  void neitherIsOneThatDoesNotAnswer() {
    for (State state : List.of(State.STARTING, State.FAILED, State.HUNG)) {
      assertThat(ONE_CHIP.inOrder(probe("nvidia", state))).isFalse();
    }
  }
}
