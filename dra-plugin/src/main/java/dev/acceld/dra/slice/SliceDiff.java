package dev.acceld.dra.slice;

import dev.acceld.dra.cluster.ResourceSlice;
import dev.acceld.dra.cluster.ResourceSlice.CounterSet;
import dev.acceld.dra.cluster.ResourceSlice.SliceDevice;
import dev.acceld.dra.cluster.ResourceSlice.Spec;
import dev.acceld.dra.cluster.ResourceSlice.Taint;
import dev.acceld.dra.slice.DriverResources.Content;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The writes that make what is stored equal to what is wanted, in the order in which they are to be
 * made. A pool whose only change is within one slice keeps its generation; any other change lifts
 * the generation of all its slices, and the scheduler waits until it is complete.
 *
 * @param delete slices of another layout or name
 * @param update slices that differ, with UID and version of what is stored
 * @param create slices that are missing
 * @param generation of the pool afterwards
 */
record SliceDiff(
    List<ResourceSlice> delete,
    List<ResourceSlice> update,
    List<ResourceSlice> create,
    long generation) {
  /**
   * @param stored all slices of that driver on that node
   * @param lowest no generation below this is used for slices that are created anew
   * @param untouched whether a stored slice has nothing beside its spec that must be put right
   */
  static SliceDiff of(
      Pool pool,
      List<Content> contents,
      Collection<ResourceSlice> stored,
      long lowest,
      Predicate<ResourceSlice> untouched) {
    int count = contents.size();
    Map<String, ResourceSlice> ours = new HashMap<>();
    List<ResourceSlice> delete = new ArrayList<>();
    long newest = 0;
    for (ResourceSlice s : stored) {
      newest = Math.max(newest, s.spec().generation());
      if (s.spec().pool().equals(pool.node()) && pool.indexOf(s.name(), count) >= 0) {
        ours.put(s.name(), s);
      } else {
        delete.add(s);
      }
    }
    List<ResourceSlice> wanted = new ArrayList<>();
    boolean[] same = new boolean[count];
    int changed = 0;
    for (int i = 0; i < count; i++) {
      Content part = contents.get(i);
      ResourceSlice old = ours.get(pool.names().of(i));
      Spec spec =
          pool.spec(
              newest,
              count,
              part.counters(),
              old == null ? part.devices() : keepTimes(part.devices(), old.spec().devices()));
      same[i] = old != null && old.spec().equals(spec) && untouched.test(old);
      changed += same[i] ? 0 : 1;
      wanted.add(
          old == null
              ? new ResourceSlice(pool.names().of(i), "", "", spec)
              : new ResourceSlice(old.name(), old.uid(), old.resourceVersion(), spec));
    }
    boolean keep = ours.size() == count && changed <= 1;
    long generation = keep ? newest : Math.max(newest + 1, lowest);
    return keep
        ? new SliceDiff(delete, choose(wanted, same, newest), List.of(), generation)
        : new SliceDiff(
            delete,
            lifted(wanted, generation, true),
            lifted(wanted, generation, false),
            generation);
  }

  /** Nothing to be done. */
  boolean isEmpty() {
    return delete.isEmpty() && update.isEmpty() && create.isEmpty();
  }

  private static List<ResourceSlice> choose(
      List<ResourceSlice> wanted, boolean[] same, long generation) {
    List<ResourceSlice> update = new ArrayList<>();
    for (int i = 0; i < same.length; i++) {
      if (!same[i]) {
        update.add(wanted.get(i));
      }
    }
    return lifted(update, generation, true);
  }

  private static List<ResourceSlice> lifted(
      List<ResourceSlice> slices, long generation, boolean existing) {
    List<ResourceSlice> lifted = new ArrayList<>();
    for (ResourceSlice s : slices) {
      if (!s.uid().isEmpty() == existing) {
        Spec p = s.spec();
        Spec spec =
            new Spec(
                p.driver(),
                p.nodeName(),
                p.pool(),
                generation,
                p.sliceCount(),
                p.counters(),
                p.devices());
        lifted.add(new ResourceSlice(s.name(), s.uid(), s.resourceVersion(), spec));
      }
    }
    return lifted;
  }

  /**
   * A taint that is there already keeps the time at which it came, from which tolerations of a
   * limited time count; also when another fault of its kind is now the gravest.
   */
  static List<SliceDevice> keepTimes(List<SliceDevice> wanted, List<SliceDevice> stored) {
    Map<String, List<Taint>> known = new HashMap<>();
    stored.forEach(d -> known.put(d.name(), d.taints()));
    List<SliceDevice> kept = new ArrayList<>(wanted.size());
    for (SliceDevice d : wanted) {
      List<Taint> old = known.getOrDefault(d.name(), List.of());
      kept.add(
          d.taints().isEmpty() || old.isEmpty()
              ? d
              : d.with(d.taints().stream().map(t -> timed(t, old)).toList()));
    }
    return kept;
  }

  private static Taint timed(Taint wanted, List<Taint> stored) {
    Optional<Taint> same =
        stored.stream()
            .filter(t -> t.key().equals(wanted.key()) && t.effect().equals(wanted.effect()))
            .min(Comparator.comparing(t -> !t.value().equals(wanted.value())));
    return new Taint(
        wanted.key(),
        wanted.value(),
        wanted.effect(),
        wanted.timeAdded().or(() -> same.flatMap(Taint::timeAdded)));
  }

  /** The device as it would be without taint times, for comparing. */
  static SliceDevice timeless(SliceDevice d) {
    return d.with(
        d.taints().stream()
            .map(t -> new Taint(t.key(), t.value(), t.effect(), Optional.empty()))
            .toList());
  }

  /** Whose pool it is. */
  record Pool(String driver, String node, SliceNames names) {
    Pool(String driver, String node) {
      this(driver, node, new SliceNames(driver, node));
    }

    Spec spec(long generation, int count, List<CounterSet> counters, List<SliceDevice> devices) {
      return new Spec(driver, node, node, generation, count, counters, devices);
    }

    int indexOf(String name, int count) {
      for (int i = 0; i < count; i++) {
        if (names.of(i).equals(name)) {
          return i;
        }
      }
      return -1;
    }
  }
}
