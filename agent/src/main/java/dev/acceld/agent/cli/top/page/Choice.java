package dev.acceld.agent.cli.top.page;

import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What the person has chosen. Immutable.
 *
 * @param view what is looked at
 * @param orders how each view is sorted
 * @param selected the key of the selected row of each view
 * @param unfolded the keys of the rows whose parts are shown
 * @param filter only rows that have this text; empty for all
 * @param mode what the keys do
 * @param scroll how many lines of details or help are above the screen
 * @param paused whether the screen stays as it is
 */
public record Choice(
    View view,
    Map<View, Order> orders,
    Map<View, String> selected,
    Set<String> unfolded,
    String filter,
    Mode mode,
    int scroll,
    boolean paused) {
  /** Takes copies. */
  public Choice {
    orders = Map.copyOf(orders);
    selected = Map.copyOf(selected);
    unfolded = Set.copyOf(unfolded);
  }

  /** What the keys do. */
  public enum Mode {
    /** They move in a table. */
    TABLE,
    /** They write the filter. */
    FILTER,
    /** They move in the details of a row. */
    DETAIL,
    /** They move in the help. */
    HELP
  }

  /**
   * How a view is sorted.
   *
   * @param column the column's title; empty for the view's own order
   * @param descending from the highest to the lowest
   */
  public record Order(String column, boolean descending) {
    static final Order OWN = new Order("", false);
  }

  /** What is chosen at first. */
  public static Choice first(View view) {
    return new Choice(view, Map.of(), Map.of(), Set.of(), "", Mode.TABLE, 0, false);
  }

  Order order() {
    return orders.getOrDefault(view, Order.OWN);
  }

  /** The key of the selected row; empty when none was chosen. */
  public String key() {
    return Objects.requireNonNull(selected.getOrDefault(view, ""));
  }

  Choice on(View other) {
    return new Choice(other, orders, selected, unfolded, filter, Mode.TABLE, 0, paused);
  }

  Choice in(Mode other) {
    return new Choice(view, orders, selected, unfolded, filter, other, 0, paused);
  }

  Choice scrolled(int lines) {
    return new Choice(view, orders, selected, unfolded, filter, mode, Math.max(0, lines), paused);
  }

  /** With only the rows that have that text. */
  public Choice filtered(String text) {
    return new Choice(view, orders, selected, unfolded, text, mode, scroll, paused);
  }

  /** With that row selected. */
  public Choice select(String key) {
    Map<View, String> all = new EnumMap<>(View.class);
    all.putAll(selected);
    all.put(view, key);
    return new Choice(view, orders, all, unfolded, filter, mode, scroll, paused);
  }

  /** With that order. */
  public Choice sorted(Order order) {
    Map<View, Order> all = new EnumMap<>(View.class);
    all.putAll(orders);
    all.put(view, order);
    return new Choice(view, all, selected, unfolded, filter, mode, scroll, paused);
  }

  Choice folding(String key) {
    Set<String> all = new HashSet<>(unfolded);
    if (!all.remove(key)) {
      all.add(key);
    }
    return new Choice(view, orders, selected, all, filter, mode, scroll, paused);
  }

  /** With all parts shown. */
  Choice unfolding(Grid grid) {
    Set<String> all = new HashSet<>();
    grid.rows().forEach(row -> all.add(row.key()));
    return new Choice(view, orders, selected, all, filter, mode, scroll, paused);
  }

  Choice pausing() {
    return new Choice(view, orders, selected, unfolded, filter, mode, scroll, !paused);
  }
}
