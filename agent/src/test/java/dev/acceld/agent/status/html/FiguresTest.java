package dev.acceld.agent.status.html;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FiguresTest {
  @Test
  void whatIsNotKnownIsNotZero() {
    assertThat(Figures.percent(null)).isEqualTo("–");
    assertThat(Figures.watts(null)).isEqualTo("–");
    assertThat(Figures.celsius(null)).isEqualTo("–");
    assertThat(Figures.joules(null)).isEqualTo("–");
    assertThat(Figures.seconds(null)).isEqualTo("–");
    assertThat(Figures.memory(null, null)).isEqualTo("–");
    assertThat(Figures.percent(0.0)).isEqualTo("0%");
  }

  @Test
  void memory() {
    assertThat(Figures.memory(16986931200L, 85520809984L)).isEqualTo("15.8 / 80 GiB");
    assertThat(Figures.memory(0L, 10L << 30)).isEqualTo("0 / 10 GiB");
    assertThat(Figures.memory(null, 10L << 30)).isEqualTo("– / 10 GiB");
    assertThat(Figures.memory(1L << 30, null)).isEqualTo("1 GiB");
    assertThat(Figures.gib(1.04 * (1 << 30))).isEqualTo("1 GiB");
  }

  @Test
  void numbers() {
    assertThat(Figures.svg(100)).isEqualTo("100");
    assertThat(Figures.svg(3.056)).isEqualTo("3.06");
    assertThat(Figures.svg(-0.5)).isEqualTo("-0.50");
    assertThat(Figures.svg(2.5)).isEqualTo("2.50");
    assertThat(Figures.joules(3.6e6)).isEqualTo("1 kWh");
    assertThat(Figures.joules(5400.0)).isEqualTo("1.5 Wh");
    assertThat(Figures.milliseconds(0.00003)).isEqualTo("<0.1 ms");
    assertThat(Figures.milliseconds(0.0152)).isEqualTo("15.2 ms");
    assertThat(Figures.milliseconds(2.5)).isEqualTo("2.5 s");
  }

  @Test
  void times() {
    assertThat(Figures.time("2026-11-29T12:03:04.567Z")).isEqualTo("2026-11-29 12:03:04 UTC");
    assertThat(Figures.time("yesterday")).isEqualTo("yesterday");
  }
}
