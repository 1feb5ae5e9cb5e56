package dev.acceld.pcie;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.DeviceName;
import dev.acceld.host.PciLinkWidth;
import dev.acceld.probe.DefectKind;
import dev.acceld.probe.Signal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinkWatchTest {
  private static final DeviceName CHIP = new DeviceName("tpu-0000-00-05");
  private static final Instant AT = Instant.parse("2026-11-22T10:00:00Z");

  private final List<Signal> signals = new ArrayList<>();
  private final LinkWatch watch = new LinkWatch(CHIP, signals::add);

  private List<Signal> look(int times, int now, int possible) {
    signals.clear();
    for (int i = 0; i < times; i++) {
      watch.look(new PciLinkWidth(now, possible), AT);
    }
    return signals;
  }

  private static Signal defect(DefectKind kind, boolean present, String detail) {
    return new Signal.Defect(CHIP, AT, kind, present, detail);
  }

  @Test
  void aLinkThatNeverWasUpIsNone() {
    assertThat(watch.look(new PciLinkWidth(0, 16), AT)).isFalse();
    assertThat(look(10, 0, 16)).isEmpty();
    assertThat(watch.look(new PciLinkWidth(16, 16), AT)).isTrue();
  }

  @Test
  void aLinkThatGoesDownAndComesBackNarrow() {
    assertThat(look(3, 16, 16)).isEmpty();
    assertThat(look(3, 0, 16)).containsExactly(defect(DefectKind.PCIE_LINK_DOWN, true, ""));
    assertThat(look(5, 0, 16)).isEmpty();
    assertThat(look(3, 4, 16))
        .containsExactly(
            defect(DefectKind.PCIE_LINK_DOWN, false, ""),
            defect(DefectKind.PCIE_LINK_NARROW, true, "x4 instead of x16"));
    assertThat(look(1, 8, 16))
        .containsExactly(defect(DefectKind.PCIE_LINK_NARROW, true, "x8 instead of x16"));
    assertThat(look(1, 16, 16)).containsExactly(defect(DefectKind.PCIE_LINK_NARROW, false, ""));
  }

  @Test
  void aLinkThatTrainsAnewIsNotDown() {
    look(1, 16, 16);
    assertThat(look(LinkWatch.LOOKS - 1, 0, 16)).isEmpty();
    assertThat(look(1, 16, 16)).isEmpty();
    assertThat(look(LinkWatch.LOOKS - 1, 0, 16)).isEmpty();
  }
}
