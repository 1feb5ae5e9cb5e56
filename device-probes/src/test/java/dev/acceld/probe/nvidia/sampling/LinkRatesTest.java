package dev.acceld.probe.nvidia.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Device;
import dev.acceld.device.Metric;
import dev.acceld.device.Sample;
import dev.acceld.probe.nvidia.Machine;
import dev.acceld.probe.nvidia.NvidiaProbe;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinkRatesTest {
  private final LinkRates rates = new LinkRates();

  @TempDir Path dir;

  /** Rate sent, at that second, with those counters; NaN is a link that is down. */
  private double at(double second, double... links) {
    Sample.Builder values = new Sample.Builder();
    for (int link = 0; link < links.length; link++) {
      values.put(Metric.NVLINK_SENT, link, links[link]);
    }
    rates.read(values, (long) (second * 1e9));
    return values.get(Metric.NVLINK_SENT_RATE);
  }

  @Test
  void aRateIsWhatTheLinksCountedTogether() {
    assertThat(at(0, 100, 1000)).isNaN();
    assertThat(at(5, 200, 1400)).isEqualTo(100);
    assertThat(at(10, 200, 1400)).isZero();
  }

  @Test
  void aLinkThatGoesDownTakesNothingFromTheOthers() {
    at(0, 1e12, 1000);
    assertThat(at(5, Double.NaN, 1500)).isEqualTo(100);
    assertThat(at(10, Double.NaN, 2000)).isEqualTo(100);
    // It is back with all that it has ever counted, which is no rate.
    assertThat(at(15, 2e12, 2500)).isEqualTo(100);
    assertThat(at(20, 2e12 + 500, 3000)).isEqualTo(200);
  }

  @Test
  void aLinkThatCountsAnewTakesNothingFromTheOthers() {
    at(0, 1e12, 1000);
    assertThat(at(5, 10, 1500)).isEqualTo(100);
    assertThat(at(10, 510, 2000)).isEqualTo(200);
  }

  @Test
  void withoutAnyLinkThereIsNoRate() {
    at(0, 1);
    assertThat(at(5, Double.NaN)).isNaN();
  }

  @Test
  void aGpuWithoutGpmHasTheRatesToo() throws Exception {
    Machine machine = new Machine(dir.resolve("m"), "a100x8");
    try (NvidiaProbe probe = machine.probe()) {
      List<Device> devices = probe.discover().devices();
      probe.read(devices);
      Thread.sleep(50);
      Sample all = probe.read(devices).of(machine.name(0));
      assertThat(all.get(Metric.NVLINK_SENT_RATE)).isPositive();
      machine.gpu(0, "nvlink.down", 3);
      Thread.sleep(50);
      Sample some = probe.read(devices).of(machine.name(0));
      assertThat(some.get(Metric.NVLINK_UP, 0)).isZero();
      assertThat(some.get(Metric.NVLINK_SENT_RATE)).isPositive();
      assertThat(some.get(Metric.NVLINK_RECEIVED_RATE)).isPositive();
    }
  }
}
