package dev.acceld.probe.tpu.runtime;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Consumer;

/**
 * Which chips each endpoint speaks for. Known are the order of the endpoints, which is that of
 * {@code TPU_RUNTIME_METRICS_PORTS}, and the ids of JAX devices that each lists; those may count in
 * the slice, and processes that know nothing of each other all begin with 0. So only their order
 * within an endpoint says something.
 *
 * @param shares by endpoint; none for one that repeats what another says
 * @param devicesPerChip how many ids a chip has
 */
record ChipLayout(List<Optional<Share>> shares, int devicesPerChip) {
  /**
   * The chips of one endpoint.
   *
   * @param first the rank of the first
   * @param chips how many
   * @param half whether it speaks for one of the two devices of its only chip
   */
  record Share(int first, int chips, boolean half) {}

  ChipLayout {
    shares = List.copyOf(shares);
  }

  /**
   * The only way in which the ids fit the chips.
   *
   * @param chips how many there are
   * @param devices how many devices a chip may be
   * @param ids by endpoint, empty for one that lists none; at least one lists some
   * @param problem told why there is no such way, or more than one
   */
  static Optional<ChipLayout> of(
      int chips,
      SortedSet<Integer> devices,
      List<? extends SortedSet<Long>> ids,
      Consumer<String> problem) {
    List<ChipLayout> ways = new ArrayList<>();
    for (int d : devices) {
      evenly(chips, d, ids).ifPresent(ways::add);
      if (ids.size() > 1) {
        together(chips, d, ids).ifPresent(ways::add);
      }
    }
    if (ways.size() == 1) {
      return Optional.of(ways.getFirst());
    }
    problem.accept(
        counts(ids)
            + (ways.isEmpty() ? "which does not fit " : "which fits in more than one way ")
            + (chips == 1 ? "1 chip" : chips + " chips"));
    return Optional.empty();
  }

  /** Each endpoint has as many chips as any other, or each chip has two endpoints. */
  private static Optional<ChipLayout> evenly(
      int chips, int d, List<? extends SortedSet<Long>> ids) {
    int endpoints = ids.size();
    boolean half = endpoints == 2 * chips && d == 2;
    if (!half && chips % endpoints != 0) {
      return Optional.empty();
    }
    int each = half ? 1 : chips / endpoints;
    List<Optional<Share>> shares = new ArrayList<>();
    for (int e = 0; e < endpoints; e++) {
      int listed = ids.get(e).size();
      if (listed != 0 && listed != (half ? 1 : each * d)) {
        return Optional.empty();
      }
      shares.add(Optional.of(new Share(half ? e / 2 : e * each, each, half)));
    }
    return Optional.of(new ChipLayout(shares, d));
  }

  /** One process has all chips; other ports are silent, or say the same. */
  private static Optional<ChipLayout> together(
      int chips, int d, List<? extends SortedSet<Long>> ids) {
    List<Optional<Share>> shares =
        new ArrayList<>(Collections.nCopies(ids.size(), Optional.empty()));
    SortedSet<Long> all = Collections.emptySortedSet();
    for (int e = 0; e < ids.size(); e++) {
      SortedSet<Long> listed = ids.get(e);
      if (all.isEmpty() && !listed.isEmpty()) {
        all = listed;
        shares.set(e, Optional.of(new Share(0, chips, false)));
      } else if (!listed.isEmpty() && !listed.equals(all)) {
        return Optional.empty();
      }
    }
    return all.size() == chips * d ? Optional.of(new ChipLayout(shares, d)) : Optional.empty();
  }

  private static String counts(List<? extends SortedSet<Long>> ids) {
    int all = ids.stream().mapToInt(SortedSet::size).sum();
    int serving = (int) ids.stream().filter(listed -> !listed.isEmpty()).count();
    return (all == 1 ? "1 device is" : all + " devices are")
        + " listed"
        + (ids.size() == 1 ? ", " : " at " + serving + " of " + ids.size() + " ports, ");
  }
}
