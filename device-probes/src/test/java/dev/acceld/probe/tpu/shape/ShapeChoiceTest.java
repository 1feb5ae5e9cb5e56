package dev.acceld.probe.tpu.shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.probe.tpu.shape.ShapeTable.Entry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShapeChoiceTest {
  private static final List<Entry> TABLE = ShapeTable.of("v5e", new Shape(2, 4));

  private static List<String> taken(String value) {
    ShapeChoice choice = ShapeChoice.parse(value);
    return TABLE.stream().filter(choice::takes).map(e -> e.shape().toString()).toList();
  }

  @Test
  void provenTakesWhatHasEvidence() {
    assertThat(taken("proven")).containsExactly("1x1", "1x2", "2x2", "2x4");
    assertThat(ShapeChoice.parse("proven")).isEqualTo(ShapeChoice.PROVEN);
  }

  @Test
  void allTakesEveryBlock() {
    assertThat(taken("all")).hasSize(TABLE.size());
  }

  @Test
  void noneTakesNothing() {
    assertThat(taken("none")).isEmpty();
  }

  @Test
  void aListTakesWhatItNamesWhateverSpeaksForIt() {
    assertThat(taken("2x3, 2x4x1")).containsExactly("2x3", "2x4");
    assertThat(taken("2x2,2x2")).containsExactly("2x2");
  }

  @Test
  void aWordMayHaveSpaceAroundIt() {
    assertThat(ShapeChoice.parse(" none ")).isEqualTo(ShapeChoice.parse("none"));
    assertThat(ShapeChoice.parse("all\n")).isEqualTo(ShapeChoice.parse("all"));
  }

  @Test
  void onlyAllTakesBlocksThatTheTableDoesNotKnow() {
    assertThat(ShapeChoice.parse("all").takesAll()).isTrue();
    assertThat(ShapeChoice.parse("proven").takesAll()).isFalse();
    assertThat(ShapeChoice.parse("none").takesAll()).isFalse();
    assertThat(ShapeChoice.parse("2x4").takesAll()).isFalse();
  }

  @Test
  void tellsWhichShapesOfTheListNoHostHas() {
    assertThat(ShapeChoice.parse("2x2,4x4,2x2x2").without(TABLE))
        .containsExactlyInAnyOrder(new Shape(4, 4), new Shape(2, 2, 2));
    assertThat(ShapeChoice.parse("2x2").without(TABLE)).isEmpty();
    assertThat(ShapeChoice.parse("all").without(TABLE)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "prooven", "ALL", "4", "2,4", "2x2,", "2x2;2x4", "2x2,none", "0x1"})
  void whatIsNoShapeIsNamedWithWhatWouldBeRight(String value) {
    List<String> words = List.of(value.split(",", -1));
    assertThatThrownBy(() -> ShapeChoice.parse(value))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .matches(message ->
            words.stream().anyMatch(w -> message.startsWith("'" + w + "' is not a shape")))
        .endsWith("use proven, all, none, or a list such as 2x2,2x4");
  }

  @Test
  void ofAListTheWrongWordIsNamed() {
    assertThatThrownBy(() -> ShapeChoice.parse("2x2, 2by4 ,1x2")).hasMessageStartingWith("'2by4' ");
  }
}
