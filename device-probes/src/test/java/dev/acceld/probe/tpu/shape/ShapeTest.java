package dev.acceld.probe.tpu.shape;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShapeTest {
  @Test
  void readsTopologiesOfTwoAndThreeDimensions() {
    assertThat(Shape.parse("2x4")).contains(new Shape(2, 4, 1));
    assertThat(Shape.parse("2x4x1")).contains(new Shape(2, 4));
    assertThat(Shape.parse("16x12x8")).contains(new Shape(16, 12, 8));
    assertThat(Shape.parse("9999x1")).contains(new Shape(9999, 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "2",
        "2x",
        "x2",
        "2x2x",
        "2x2x2x2",
        "0x2",
        "2x0",
        "02x2",
        "-2x2",
        "2X4",
        "2 x 4",
        " 2x4",
        "2x4\n",
        "2,4",
        "99999x1",
        "2x99999999999999999999",
        "٢x٤"
      })
  void takesNothingElseForATopology(String text) {
    assertThat(Shape.parse(text)).isEmpty();
  }

  @Test
  void readsLibtpusBounds() {
    assertThat(Shape.parseBounds("2,4,1")).contains(new Shape(2, 4));
    assertThat(Shape.parseBounds("2,4")).contains(new Shape(2, 4));
    assertThat(Shape.parseBounds("2,2,4")).contains(new Shape(2, 2, 4));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "2", "2,", "2,2,", ",2,2", "2,2,1,1", "0,2,1", "2, 2, 1", "2x2", "2,12345"})
  void takesNothingElseForBounds(String text) {
    assertThat(Shape.parseBounds(text)).isEmpty();
  }

  @Test
  void writesATopologyInTheDimensionsOfTheGeneration() {
    assertThat(new Shape(2, 4).topology(false)).isEqualTo("2x4");
    assertThat(new Shape(2, 4).topology(true)).isEqualTo("2x4x1");
    assertThat(new Shape(2, 4, 3).topology(true)).isEqualTo("2x4x3");
    assertThat(new Shape(2, 4)).hasToString("2x4");
  }

  @Test
  void neverHidesAThirdDimension() {
    assertThat(new Shape(2, 2, 4).topology(false)).isEqualTo("2x2x4");
  }

  @Test
  void writesBoundsInThreeDimensionsAlways() {
    assertThat(new Shape(2, 4).bounds()).isEqualTo("2,4,1");
    assertThat(new Shape(2, 4, 3).bounds()).isEqualTo("2,4,3");
  }

  @Test
  void countsItsChipsBeyondAnInt() {
    assertThat(new Shape(2, 4).chips()).isEqualTo(8);
    assertThat(new Shape(2, 3, 5).chips()).isEqualTo(30);
    assertThat(new Shape(9999, 9999, 9999).chips()).isEqualTo(999_700_029_999L);
  }

  @Test
  void fitsOnlyAsItIs() {
    Shape host = new Shape(2, 4);
    assertThat(host.fitsInto(host)).isTrue();
    assertThat(new Shape(1, 4).fitsInto(host)).isTrue();
    assertThat(new Shape(4, 2).fitsInto(host)).isFalse();
    assertThat(new Shape(1, 5).fitsInto(host)).isFalse();
    assertThat(new Shape(1, 1, 2).fitsInto(host)).isFalse();
  }
}
