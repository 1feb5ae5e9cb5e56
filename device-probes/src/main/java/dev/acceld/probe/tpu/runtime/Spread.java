package dev.acceld.probe.tpu.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * What is told of devices, by chip: of each endpoint the first ids in their order belong to its
 * first chip.
 *
 * @param <T> what is told of a device
 */
final class Spread<T> {
  private final ChipLayout layout;
  private final List<List<T>> byChip = new ArrayList<>();

  /** Nothing of that many chips. */
  Spread(ChipLayout layout, int chips) {
    this.layout = layout;
    for (int i = 0; i < chips; i++) {
      byChip.add(new ArrayList<>());
    }
  }

  /**
   * Adds what an endpoint tells.
   *
   * @param always whether it is told once for each device; else once for a chip will do, too
   * @param problem told when there is too much or too little for the chips of the endpoint
   */
  void add(int endpoint, SortedMap<Long, T> byId, boolean always, Consumer<String> problem) {
    Optional<ChipLayout.Share> found = layout.shares().get(endpoint);
    if (found.isEmpty() || byId.isEmpty()) {
      return;
    }
    ChipLayout.Share share = found.get();
    SortedSet<Integer> allowed = new TreeSet<>();
    allowed.add(share.half() ? 1 : layout.devicesPerChip());
    if (!always) {
      allowed.add(1);
    }
    int each = byId.size() / share.chips();
    if (byId.size() % share.chips() != 0 || !allowed.contains(each)) {
      problem.accept(
          "it is about "
              + (byId.size() == 1 ? "1 device" : byId.size() + " devices")
              + ", which does not fit "
              + (share.chips() == 1 ? "1 chip" : share.chips() + " chips"));
      return;
    }
    int i = 0;
    for (T one : byId.values()) {
      byChip.get(share.first() + i++ / each).add(one);
    }
  }

  /** Of the devices of a chip; none when one of its two devices is at a port that does not tell. */
  List<T> of(int chip) {
    List<T> devices = byChip.get(chip);
    boolean half =
        layout.shares().stream().flatMap(Optional::stream).anyMatch(ChipLayout.Share::half);
    return half && devices.size() < layout.devicesPerChip() ? List.of() : devices;
  }
}
