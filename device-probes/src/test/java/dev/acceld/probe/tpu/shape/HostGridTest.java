package dev.acceld.probe.tpu.shape;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.probe.tpu.shape.HostGrid.Placement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostGridTest {
  private final HostGrid eight = new HostGrid(new Shape(2, 4));
  private final HostGrid cube = new HostGrid(new Shape(2, 2, 2));

  private List<List<Integer>> places(Shape shape) {
    return eight.placements(shape).stream().map(Placement::chips).toList();
  }

  @Test
  void knowsTheHostsThatAreBuilt() {
    assertThat(HostGrid.usual(1)).contains(new HostGrid(new Shape(1, 1)));
    assertThat(HostGrid.usual(2)).contains(new HostGrid(new Shape(1, 2)));
    assertThat(HostGrid.usual(4)).contains(new HostGrid(new Shape(2, 2)));
    assertThat(HostGrid.usual(8)).contains(new HostGrid(new Shape(2, 4)));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 3, 5, 6, 7, 9, 16})
  void guessesNoGridForAnyOtherNumber(int chips) {
    assertThat(HostGrid.usual(chips)).isEmpty();
  }

  @Test
  void theFirstCoordinateGrowsFastest() {
    assertThat(eight.coordinates(0)).containsExactly(0, 0, 0);
    assertThat(eight.coordinates(1)).containsExactly(1, 0, 0);
    assertThat(eight.coordinates(2)).containsExactly(0, 1, 0);
    assertThat(eight.coordinates(7)).containsExactly(1, 3, 0);
    assertThat(cube.coordinates(4)).containsExactly(0, 0, 1);
    assertThat(cube.coordinates(7)).containsExactly(1, 1, 1);
  }

  @Test
  void placesThatDoNotOverlapComeFirstAndFromTheFarEnd() {
    assertThat(places(new Shape(2, 2)))
        .containsExactly(List.of(4, 5, 6, 7), List.of(0, 1, 2, 3), List.of(2, 3, 4, 5));
  }

  @Test
  void pairsAreThoseOfConsecutiveChips() {
    assertThat(eight.placements(new Shape(1, 2)))
        .containsExactly(
            new Placement(new Shape(1, 2), List.of(6, 7)),
            new Placement(new Shape(1, 2), List.of(4, 5)),
            new Placement(new Shape(1, 2), List.of(2, 3)),
            new Placement(new Shape(1, 2), List.of(0, 1)));
    assertThat(new HostGrid(new Shape(1, 4)).placements(new Shape(1, 2)).stream())
        .extracting(Placement::chips)
        .containsExactly(List.of(2, 3), List.of(0, 1), List.of(1, 2));
  }

  @Test
  void twoNeighborsAre1x2WhicheverWayTheyLie() {
    assertThat(eight.block(List.of(4, 5)).orElseThrow().shape()).isEqualTo(new Shape(1, 2));
    assertThat(eight.block(List.of(4, 6)).orElseThrow().shape()).isEqualTo(new Shape(1, 2));
  }

  /** Somebody has said so. */
  @Test
  void aWholeHostOfTwoChipsIsWhatIsSaidOfIt() {
    for (Shape host : List.of(new Shape(2, 1), new Shape(1, 2))) {
      HostGrid grid = new HostGrid(host);
      Placement whole = new Placement(host, List.of(0, 1));
      assertThat(grid.host()).isEqualTo(host);
      assertThat(grid.placements(host)).containsExactly(whole);
      assertThat(grid.block(List.of(1, 0))).contains(whole);
      assertThat(ShapeTable.of("v5e", host))
          .extracting(ShapeTable.Entry::shape)
          .containsExactly(new Shape(1, 1), host);
    }
  }

  @Test
  void theWholeHostHasOnePlace() {
    assertThat(places(new Shape(2, 4))).containsExactly(List.of(0, 1, 2, 3, 4, 5, 6, 7));
  }

  @Test
  void whatDoesNotFitHasNoPlace() {
    assertThat(places(new Shape(4, 2))).isEmpty();
    assertThat(places(new Shape(2, 2, 2))).isEmpty();
    assertThat(cube.placements(new Shape(1, 1, 2)).stream().map(Placement::chips))
        .containsExactly(List.of(3, 7), List.of(2, 6), List.of(1, 5), List.of(0, 4));
  }

  @Test
  void recognizesABlockInAnyOrderOfItsChips() {
    assertThat(eight.block(List.of(5, 2, 4, 3)))
        .contains(new Placement(new Shape(2, 2), List.of(2, 3, 4, 5)));
    assertThat(eight.block(List.of(7))).contains(new Placement(new Shape(1, 1), List.of(7)));
    assertThat(eight.block(List.of(6, 0, 4, 2)))
        .contains(new Placement(new Shape(1, 4), List.of(0, 2, 4, 6)));
    assertThat(cube.block(List.of(7, 3)))
        .contains(new Placement(new Shape(1, 1, 2), List.of(3, 7)));
  }

  @Test
  void aChipThatIsNamedTwiceCountsOnce() {
    assertThat(eight.block(List.of(1, 0, 1)))
        .contains(new Placement(new Shape(1, 2), List.of(0, 1)));
  }

  @Test
  void chipsWithAGapAreNoBlock() {
    assertThat(eight.block(List.of(0, 4))).isEmpty();
    assertThat(eight.block(List.of(0, 1, 4, 5))).isEmpty();
    assertThat(eight.block(List.of(0, 3))).isEmpty();
    assertThat(eight.block(List.of(1, 2))).isEmpty();
  }

  @Test
  void anLIsNoBlock() {
    assertThat(eight.block(List.of(0, 1, 2))).isEmpty();
    assertThat(eight.block(List.of(0, 2, 4, 5))).isEmpty();
    assertThat(cube.block(List.of(0, 1, 2, 4))).isEmpty();
  }

  @Test
  void chipsOfAnotherHostAreNoBlock() {
    assertThat(eight.block(List.of())).isEmpty();
    assertThat(eight.block(List.of(8))).isEmpty();
    assertThat(eight.block(List.of(6, 7, 8, 9))).isEmpty();
    assertThat(eight.block(List.of(-1, 0))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1x1", "1x2", "2x1", "2x2", "2x4", "4x2", "4x1", "3x5", "2x2x1", "2x2x2", "3x2x4"})
  void everyPlaceIsRecognizedAndAlignedOnesDoNotOverlap(String topology) {
    Shape host = Shape.parse(topology).orElseThrow();
    HostGrid grid = new HostGrid(host);
    Random random = new Random(1);
    for (ShapeTable.Entry entry : ShapeTable.of("any", host)) {
      Shape shape = entry.shape();
      List<Placement> all = grid.placements(shape);
      Shape lies = shape.equals(new Shape(1, 2)) && host.x() > 1 ? new Shape(2, 1) : shape;
      assertThat(all)
          .doesNotHaveDuplicates()
          .hasSize(
              (host.x() - lies.x() + 1) * (host.y() - lies.y() + 1) * (host.z() - lies.z() + 1));
      for (Placement each : all) {
        assertThat(each.shape()).isEqualTo(shape);
        assertThat(each.chips()).hasSize((int) shape.chips());
        List<Integer> shuffled = new ArrayList<>(each.chips());
        Collections.shuffle(shuffled, random);
        assertThat(grid.block(shuffled)).contains(each);
      }
      int aligned = (host.x() / lies.x()) * (host.y() / lies.y()) * (host.z() / lies.z());
      assertThat(all.subList(0, aligned).stream().flatMap(p -> p.chips().stream()))
          .doesNotHaveDuplicates();
    }
  }
}
