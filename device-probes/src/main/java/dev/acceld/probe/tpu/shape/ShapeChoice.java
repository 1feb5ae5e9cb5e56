package dev.acceld.probe.tpu.shape;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Which shapes a node offers besides single chips.
 *
 * @param mode how they are chosen
 * @param listed the shapes of a list
 */
public record ShapeChoice(Mode mode, Set<Shape> listed) {

  /** How shapes are chosen. */
  public enum Mode {
    /** Those with evidence. */
    PROVEN,
    /** Every block. */
    ALL,
    /** None but single chips. */
    NONE,
    /** Those of a list. */
    LISTED
  }

  /** The default. */
  public static final ShapeChoice PROVEN = new ShapeChoice(Mode.PROVEN, Set.of());

  /** Takes a copy. */
  public ShapeChoice {
    listed = Set.copyOf(listed);
  }

  /**
   * From a setting's value.
   *
   * @throws IllegalArgumentException naming the word that is wrong and what is right
   */
  public static ShapeChoice parse(String value) {
    return switch (value.strip()) {
      case "proven" -> PROVEN;
      case "all" -> new ShapeChoice(Mode.ALL, Set.of());
      case "none" -> new ShapeChoice(Mode.NONE, Set.of());
      default -> {
        Set<Shape> shapes = new LinkedHashSet<>();
        for (String word : value.split(",", -1)) {
          shapes.add(
              Shape.parse(word.strip())
                  .orElseThrow(() ->
                      new IllegalArgumentException(
                          "'"
                              + word.strip()
                              + "' is not a shape; use proven, all, none, or a list such as"
                              + " 2x2,2x4")));
        }
        yield new ShapeChoice(Mode.LISTED, shapes);
      }
    };
  }

  /** Whether a shape of the table may be used. */
  public boolean takes(ShapeTable.Entry entry) {
    return switch (mode) {
      case PROVEN -> entry.evidence() != Evidence.NONE;
      case ALL -> true;
      case NONE -> false;
      case LISTED -> listed.contains(entry.shape());
    };
  }

  /** Whether every block may be used, whatever speaks for it. */
  public boolean takesAll() {
    return mode == Mode.ALL;
  }

  /** Shapes of the list that are none of these. */
  public Set<Shape> without(Collection<ShapeTable.Entry> known) {
    Set<Shape> left = new LinkedHashSet<>(listed);
    known.forEach(entry -> left.remove(entry.shape()));
    return left;
  }
}
