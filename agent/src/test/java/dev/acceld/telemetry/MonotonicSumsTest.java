package dev.acceld.telemetry;

import static dev.acceld.telemetry.SmallMachine.GPU0;
import static dev.acceld.telemetry.SmallMachine.GPU1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Metric;
import dev.acceld.device.Sample;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MonotonicSumsTest {
  private final MonotonicSums sums = new MonotonicSums(Metric.NVLINK_REPLAYS);

  private long order;

  private double add(double... links) {
    return addOf(++order, links);
  }

  private double addOf(long view, double... links) {
    Sample.Builder sample = new Sample.Builder().put(Metric.POWER, 100);
    for (int link = 0; link < links.length; link++) {
      sample.put(Metric.NVLINK_REPLAYS, link, links[link]);
    }
    return sums.add(GPU0, view, sample.build());
  }

  @Test
  void theSumStaysWhenALinkLeavesAndGoesOnWhenItComesBack() {
    assertThat(add(4, 6)).isEqualTo(10);
    assertThat(add(Double.NaN, 6)).isEqualTo(10);
    assertThat(add(Double.NaN, 7)).isEqualTo(11);
    assertThat(add(Double.NaN, Double.NaN)).isEqualTo(11);
    assertThat(add(5, 7)).isEqualTo(12);
  }

  @Test
  void aLinkThatCountsAnewAdds() {
    assertThat(add(4, 6)).isEqualTo(10);
    assertThat(add(1, 6)).isEqualTo(11);
    assertThat(add(2, 6)).isEqualTo(12);
  }

  @Test
  void theOlderOfTwoScrapesAtOnceAddsNothing() {
    assertThat(addOf(1, 4, 6)).isEqualTo(10);
    assertThat(addOf(3, 5, 6)).isEqualTo(11);
    assertThat(addOf(2, 4, 6)).isEqualTo(11);
    assertThat(addOf(4, 5, 7)).isEqualTo(12);
  }

  @Test
  void whatWasNeverCountedAndADeviceThatIsNotReadHaveNone() {
    assertThat(add()).isNaN();
    assertThat(add(3)).isEqualTo(3);
    assertThat(sums.add(GPU0, ++order, Sample.EMPTY)).isNaN();
    assertThat(add(3)).isEqualTo(3);
    assertThat(
            sums.add(GPU1, ++order, new Sample.Builder().put(Metric.NVLINK_REPLAYS, 0, 1).build()))
        .isEqualTo(1);
  }

  @Test
  void aDeviceThatIsForgottenBeginsAnew() {
    add(3);
    sums.keep(Set.of(GPU1));
    assertThat(add(4)).isEqualTo(4);
  }
}
