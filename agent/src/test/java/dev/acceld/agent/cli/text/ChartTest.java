package dev.acceld.agent.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Values over time in one line. */
class ChartTest {
  private static final double[] TIMES = {0, 1, 2, 3, 4, 5, 6, 7};

  @Test
  void aColumnIsAsHighAsTheHighestValueInIt() {
    double[] values = {0, 1, 2, 3, 4, 5, 6, 7};
    assertThat(new Chart(0, 8, 8, false).line(TIMES, values, 0, 7)).isEqualTo("▁▂▃▄▅▆▇█");
    assertThat(new Chart(0, 8, 8, true).line(TIMES, values, 0, 7)).isEqualTo("_.-~=+*#");
    assertThat(new Chart(0, 8, 4, true).line(TIMES, values, 0, 7)).isEqualTo(".~+#");
  }

  @Test
  void whatWasNotMeasuredIsEmptyAndWhatDoesNotChangeIsLow() {
    double[] values = {5, 5, Double.NaN, Double.NaN, 5, 5, 5, 5};
    assertThat(new Chart(0, 8, 8, false).line(TIMES, values, 5, 5)).isEqualTo("▁▁  ▁▁▁▁");
    assertThat(new Chart(0, 8, 3, false).line(new double[0], new double[0], 0, 1)).isBlank();
  }

  @Test
  void whatIsOutsideIsAtTheEdge() {
    Chart chart = new Chart(0, 8, 8, false);
    assertThat(chart.column(-5)).isZero();
    assertThat(chart.column(100)).isEqualTo(7);
    assertThat(new Chart(3, 3, 5, false).column(3)).isZero();
    assertThat(chart.line(new double[] {0}, new double[] {99}, 0, 1)).startsWith("█");
  }

  @Test
  void plainTerminalsAreKnownByTheirVariables() {
    assertThat(Chart.isPlain(Map.of("TERM", "xterm", "LANG", "en_US.UTF-8"))).isFalse();
    assertThat(Chart.isPlain(Map.of())).isFalse();
    assertThat(Chart.isPlain(Map.of("NO_COLOR", "1"))).isTrue();
    assertThat(Chart.isPlain(Map.of("NO_COLOR", ""))).isFalse();
    assertThat(Chart.isPlain(Map.of("TERM", "dumb"))).isTrue();
    assertThat(Chart.isPlain(Map.of("LANG", "en_US.UTF-8", "LC_ALL", "C"))).isTrue();
  }
}
