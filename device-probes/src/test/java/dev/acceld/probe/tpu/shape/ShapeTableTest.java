package dev.acceld.probe.tpu.shape;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.probe.tpu.shape.ShapeTable.Entry;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShapeTableTest {
  private static final Shape EIGHT = new Shape(2, 4);
  private static final Shape FOUR = new Shape(2, 2);

  private static Entry entry(String generation, Shape host, String shape) {
    return ShapeTable.of(generation, host).stream()
        .filter(e -> e.shape().toString().equals(shape))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> with(Evidence evidence, String generation, Shape host) {
    return ShapeTable.of(generation, host).stream()
        .filter(e -> e.evidence() == evidence)
        .map(e -> e.shape().toString())
        .toList();
  }

  @Test
  void hasEveryBlockOfTheHostTheSmallestFirst() {
    assertThat(ShapeTable.of("v5e", EIGHT))
        .extracting(e -> e.shape().toString())
        .containsExactlyInAnyOrder("1x1", "1x2", "1x3", "2x2", "1x4", "2x3", "2x4");
    assertThat(ShapeTable.of("v5p", new Shape(2, 2, 2)))
        .extracting(e -> e.shape().chips())
        .isSorted()
        .hasSize(7);
  }

  @Test
  void v5eHasMachineTypesWithOneFourAndEightChips() {
    assertThat(with(Evidence.VENDOR, "v5e", EIGHT)).containsExactly("1x1", "2x2", "2x4");
    assertThat(entry("v5e", EIGHT, "2x2").source()).contains("ct5lp-hightpu-4t");
    assertThat(entry("v5e", EIGHT, "2x2").oneNumaNode()).isFalse();
    assertThat(entry("v5e", EIGHT, "2x4").oneNumaNode()).isFalse();
  }

  @Test
  void aPairOfV5eIsKnownFromAPublishedProgramAndStaysOnOneNumaNode() {
    assertThat(with(Evidence.PUBLISHED, "v5e", EIGHT)).containsExactly("1x2");
    assertThat(entry("v5e", EIGHT, "1x2").oneNumaNode()).isTrue();
    assertThat(entry("v5e", EIGHT, "1x2").source()).contains("Ray");
  }

  @Test
  void aPairIsInTheTableOfAHostOfOneRowToo() {
    for (Shape host : List.of(new Shape(4, 1), new Shape(1, 4), new Shape(2, 1, 2))) {
      assertThat(ShapeTable.of("v5e", host))
          .extracting(e -> e.shape().toString())
          .contains("1x2")
          .doesNotContain("2x1")
          .doesNotHaveDuplicates();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1x1", "1x2", "2x1", "2x2", "2x4", "4x1", "8x1", "4x2", "2x1x2", "2x2x2"})
  void everyBlockThatAGridRecognizesIsInTheTable(String topology) {
    HostGrid grid = new HostGrid(Shape.parse(topology).orElseThrow());
    List<Shape> table = ShapeTable.of("v4", grid.host()).stream().map(Entry::shape).toList();
    for (int set = 1; set < 1 << grid.host().chips(); set++) {
      List<Integer> chips = BitSet.valueOf(new long[] {set}).stream().boxed().toList();
      grid.block(chips).ifPresent(block -> assertThat(table).contains(block.shape()));
    }
  }

  @Test
  void severalChipsOfALargerV6eHostAreReportedToFail() {
    assertThat(with(Evidence.VENDOR, "v6e", EIGHT)).containsExactly("1x1", "2x4");
    assertThat(with(Evidence.PUBLISHED, "v6e", EIGHT)).isEmpty();
    assertThat(entry("v6e", EIGHT, "2x2").source()).contains("fail");
    assertThat(with(Evidence.VENDOR, "v6e", FOUR)).containsExactly("1x1", "2x2");
  }

  @Test
  void aPairOfTpu7xIsTheVendorsOnOneNumaNode() {
    assertThat(with(Evidence.VENDOR, "tpu7x", FOUR)).containsExactly("1x1", "1x2", "2x2");
    assertThat(entry("tpu7x", FOUR, "1x2").oneNumaNode()).isTrue();
    assertThat(entry("tpu7x", FOUR, "2x2").oneNumaNode()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"v2", "v3", "v4", "v5p"})
  void partsOfOtherHostsAreKnownFromAPublishedProgram(String generation) {
    assertThat(with(Evidence.PUBLISHED, generation, FOUR)).containsExactly("1x1", "1x2");
    assertThat(with(Evidence.VENDOR, generation, FOUR)).containsExactly("2x2");
  }

  @Test
  void ofAGenerationThatIsNotKnownOnlyTheWholeHostIsSure() {
    assertThat(with(Evidence.VENDOR, "unknown", EIGHT)).containsExactly("2x4");
    assertThat(with(Evidence.PUBLISHED, "unknown", EIGHT)).isEmpty();
    assertThat(with(Evidence.VENDOR, "unknown", new Shape(1, 1))).containsExactly("1x1");
  }
}
