package dev.acceld.dra.slice;

import dev.acceld.dra.cluster.ResourceSlice.CounterSet;
import dev.acceld.dra.cluster.ResourceSlice.SliceDevice;
import java.util.ArrayList;
import java.util.List;

/**
 * What a node offers, before it is cut into slices.
 *
 * @param counters what some of the devices share
 * @param groups devices that are to be tried in this order; a group begins a slice of its own, so
 *     that a change within it rewrites no other
 */
public record DriverResources(List<CounterSet> counters, List<List<SliceDevice>> groups) {
  /** A device that is tainted or takes of a counter lowers the limit of its slice from 128. */
  static final int DEVICES_PER_SLICE = 64;

  static final int COUNTER_SETS_PER_SLICE = 8;

  /** Nothing. */
  public static final DriverResources NOTHING = of(List.of());

  /** Takes copies. */
  public DriverResources {
    counters = List.copyOf(counters);
    groups = groups.stream().map(List::copyOf).toList();
  }

  /** Devices that share nothing. */
  public static DriverResources of(List<SliceDevice> devices) {
    return new DriverResources(List.of(), List.of(devices));
  }

  /** All devices, in order. */
  public List<SliceDevice> devices() {
    return groups.stream().flatMap(List::stream).toList();
  }

  /**
   * What goes into one slice: the API server takes counters or devices, not both (1.35 and later).
   */
  public record Content(List<CounterSet> counters, List<SliceDevice> devices) {
    /** Takes copies. */
    public Content {
      counters = List.copyOf(counters);
      devices = List.copyOf(devices);
    }
  }

  /**
   * Slice by slice, at least one. Counters come first: a server that does not keep them shows it
   * before a device that needs them is written.
   */
  List<Content> contents() {
    List<Content> contents = new ArrayList<>();
    for (int i = 0; i < counters.size(); i += COUNTER_SETS_PER_SLICE) {
      contents.add(
          new Content(
              counters.subList(i, Math.min(counters.size(), i + COUNTER_SETS_PER_SLICE)),
              List.of()));
    }
    for (List<SliceDevice> group : groups) {
      for (int i = 0; i < group.size(); i += DEVICES_PER_SLICE) {
        contents.add(
            new Content(
                List.of(), group.subList(i, Math.min(group.size(), i + DEVICES_PER_SLICE))));
      }
    }
    return contents.isEmpty() ? List.of(new Content(List.of(), List.of())) : contents;
  }
}
