package dev.acceld.agent.status.html;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LineTest {
  @Test
  void isAsHighAsTheHighestValueOfEachStretch() {
    Line line = new Line(0, 40, 4);
    line.add(11, 0.25);
    line.add(15, 0.5);
    line.add(19, 0.1);
    line.add(25, 1);
    assertThat(line.path(0, 1)).isEqualTo("M0 50H1L2 0");
    assertThat(line.least()).isEqualTo(0.1);
    assertThat(line.most()).isEqualTo(1);
  }

  @Test
  void anOldValueIsNotTheCurrentOne() {
    assertThat(now(40)).isEqualTo(1);
    assertThat(now(49.9)).as("the last stretch has just begun or is about to end").isEqualTo(1);
    assertThat(now(50)).isNaN();
  }

  private static double now(double time) {
    Line line = new Line(time - 40, time, 4);
    line.add(21, 0.5);
    line.add(31, 1);
    assertThat(line.most()).isEqualTo(1);
    return line.now();
  }

  @Test
  void aStretchWithoutValuesIsAGap() {
    Line line = new Line(0, 50, 5);
    line.add(12, 0);
    line.add(35, 0);
    line.add(45, Double.NaN);
    assertThat(line.path(0, 1)).isEqualTo("M0 100H1M2 100H3");
  }

  @Test
  void equalValuesAreOneStroke() {
    Line line = new Line(0, 100, 10);
    for (int t = 10; t < 100; t += 10) {
      line.add(t, 3);
    }
    assertThat(line.path(0, 6)).isEqualTo("M0 50H9");
  }

  @Test
  void theStretchesStayWhereTheyAreWhileTimeGoesOn() {
    assertThat(path(40)).isEqualTo(path(44)).isEqualTo(path(49.9));
    assertThat(path(40)).isNotEqualTo(path(50));
  }

  private static String path(double now) {
    Line line = new Line(now - 40, now, 4);
    line.add(21, 0.5);
    line.add(31, 0.7);
    return line.path(0, 1);
  }

  @Test
  void whatIsTooOldOrTooLargeStaysInside() {
    Line line = new Line(100, 140, 4);
    line.add(90, 5);
    line.add(125, 7);
    assertThat(line.path(0, 1)).isEqualTo("M1 0H2");
    assertThat(line.least()).isEqualTo(7);
  }

  @Test
  void stretchesAreLongerThanTheTimeBetweenValues() {
    assertThat(Line.stretches(300, 600, 1)).isEqualTo(300);
    assertThat(Line.stretches(60, 600, 1)).isEqualTo(60);
    assertThat(Line.stretches(300, 90, 1)).isEqualTo(45);
    assertThat(Line.stretches(300, 600, 30)).isEqualTo(10);
    assertThat(Line.stretches(300, 1, 30)).isEqualTo(1);
  }

  @Test
  void withoutValuesThereIsNothing() {
    Line line = new Line(0, 10, 3);
    assertThat(line.path(0, 1)).isEmpty();
    assertThat(line.most()).isNaN();
  }
}
