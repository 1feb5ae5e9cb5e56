package dev.acceld.dra.slice;

import dev.acceld.dra.cluster.ResourceSlice;
import dev.acceld.dra.cluster.ResourceSlice.Beside;
import dev.acceld.dra.cluster.ResourceSlice.SliceDevice;
import dev.acceld.dra.slice.DriverResources.Content;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this API server does not keep of what it is given (fields behind a gate that is off), so
 * that it is said once and not written over and over. A lesson is about what the server's answer
 * names, and none is for ever: {@link FeatureProbe} asks again. One thread; {@link #taintsKept} and
 * {@link #countersKept} any.
 */
final class ApiServerFeatures {
  private static final Logger log = LoggerFactory.getLogger(ApiServerFeatures.class);

  /** What a server may not take. The slice that showed it is kept, to ask again with. */
  enum Feature {
    /** Taints of devices: dropped without the gate DRADeviceTaints. */
    TAINTS,
    /** The taint effect {@code None}: refused before 1.35. */
    EFFECT_NONE,
    /** Shared counters: dropped or refused without the gate DRAPartitionableDevices. */
    COUNTERS
  }

  private record Altered(String slice, SliceDevice wanted, SliceDevice stored) {}

  private final Map<String, Altered> altered = new HashMap<>();
  private final Map<String, Beside> added = new HashMap<>();
  private final Map<Feature, ResourceSlice> missing = new HashMap<>();
  private volatile boolean taintsKept = true;
  private volatile boolean countersKept = true;
  private boolean told;
  private String forgotten = "";

  boolean taintsKept() {
    return taintsKept;
  }

  boolean countersKept() {
    return countersKept;
  }

  /** What the server does not take, each with the slice that showed it. */
  Map<Feature, ResourceSlice> missing() {
    return Map.copyOf(missing);
  }

  /** Whether anything has been learned that may not hold any more. */
  boolean learnedAny() {
    return !missing.isEmpty() || !altered.isEmpty() || !added.isEmpty();
  }

  /**
   * Forgets what was learned of one slice, each time of the next one; true when none is left that
   * was not forgotten since the first one was.
   */
  boolean forgetNext() {
    TreeSet<String> slices = new TreeSet<>(added.keySet());
    altered.values().forEach(a -> slices.add(a.slice()));
    if (slices.isEmpty()) {
      return true;
    }
    String higher = slices.higher(forgotten);
    String next = higher == null ? slices.first() : higher;
    forgotten = next;
    altered.values().removeIf(a -> a.slice().equals(next));
    added.remove(next);
    return next.equals(slices.last());
  }

  /** The server takes it after all. */
  void unlearn(Feature feature) {
    if (missing.remove(feature) != null) {
      log.info("the API server now accepts {}", describe(feature));
      settle();
    }
  }

  /** The devices as this server will hold them. */
  List<Content> adapt(DriverResources offer) {
    return offer.contents().stream()
        .map(c -> new Content(c.counters(), adapt(c.devices())))
        .toList();
  }

  private List<SliceDevice> adapt(List<SliceDevice> devices) {
    List<SliceDevice> adapted = new ArrayList<>(devices.size());
    for (SliceDevice d : devices) {
      SliceDevice w = missing.containsKey(Feature.EFFECT_NONE) ? withoutNone(d) : d;
      Altered a = altered.get(w.name());
      adapted.add(a != null && a.wanted().equals(w) ? a.stored() : w);
    }
    return adapted;
  }

  /**
   * Whether the stored slice has nothing beside what acceld writes, or just what the server itself
   * made of the last write.
   */
  boolean untouched(ResourceSlice stored, String nodeUid) {
    return stored.beside().equals(new Beside(nodeUid, Map.of()))
        || stored.beside().equals(added.get(stored.name()));
  }

  /**
   * True when counters were sent and did not come back: without them parts of one thing look
   * independent, so nothing more of that offer must be written.
   */
  boolean lostCounters(ResourceSlice sent, ResourceSlice stored) {
    if (!countersDropped(sent, stored)) {
      return false;
    }
    giveUpCounters(sent, "the API server does not store shared counters");
    return true;
  }

  /** Whether counters were sent and did not come back. */
  static boolean countersDropped(ResourceSlice sent, ResourceSlice stored) {
    Map<String, SliceDevice> back = byName(stored);
    return stored.spec().counters().size() < sent.spec().counters().size()
        || sent.spec().devices().stream()
            .anyMatch(s -> {
              SliceDevice d = back.get(s.name());
              return d != null && d.consumes().size() < s.consumes().size();
            });
  }

  /** Whether taints were sent and none came back. */
  static boolean taintsDropped(ResourceSlice sent, ResourceSlice stored) {
    Map<String, SliceDevice> back = byName(stored);
    return sent.spec().devices().stream()
        .anyMatch(s -> {
          SliceDevice d = back.get(s.name());
          return d != null && !s.taints().isEmpty() && d.taints().isEmpty();
        });
  }

  /** After a refusal as invalid that names counters: true when they are left out next time. */
  boolean blameCounters(ResourceSlice refused, String message) {
    boolean there =
        !refused.spec().counters().isEmpty()
            || refused.spec().devices().stream().anyMatch(d -> !d.consumes().isEmpty());
    if (!there || !countersKept || !names(Feature.COUNTERS, message)) {
      return false;
    }
    giveUpCounters(refused, "the API server refuses shared counters (" + message + ")");
    return true;
  }

  private void giveUpCounters(ResourceSlice shownBy, String why) {
    missing.put(Feature.COUNTERS, shownBy);
    settle();
    log.warn(
        "{}; check that the feature gate DRAPartitionableDevices of API server and scheduler is on"
            + " (Kubernetes 1.35 and later). Until the server accepts them (the agent tries again"
            + " after minutes, later after hours), only whole devices are published, without"
            + " partitions on demand",
        why);
  }

  /** Compares what was sent with what came back; true when the opinion about taints changed. */
  boolean learn(ResourceSlice sent, ResourceSlice stored, String nodeUid) {
    final boolean before = taintsKept;
    Map<String, SliceDevice> back = byName(stored);
    for (SliceDevice s : sent.spec().devices()) {
      SliceDevice d = back.get(s.name());
      SliceDevice wanted = SliceDiff.timeless(s);
      if (d == null || wanted.equals(SliceDiff.timeless(d))) {
        Altered known = altered.get(s.name());
        if (d == null || known == null || !SliceDiff.timeless(known.stored()).equals(wanted)) {
          altered.remove(s.name());
        } // else it was sent as this server stores it, which shows nothing
        if (d != null && !d.taints().isEmpty()) {
          unlearn(Feature.TAINTS);
        }
        continue;
      }
      altered.put(s.name(), new Altered(sent.name(), wanted, d));
      boolean dropped = d.taints().isEmpty() && !s.taints().isEmpty();
      if (dropped) {
        missing.put(Feature.TAINTS, sent);
        settle();
      }
      logChange(
          "device " + s.name(),
          dropped
              ? "taints are missing; check whether the feature gate DRADeviceTaints is off. From"
                  + " now on, devices that must not be allocated are not published while no claim"
                  + " holds them"
              : "something is missing or changed; check for a webhook that changes ResourceSlices");
    }
    if (stored.beside().equals(new Beside(nodeUid, Map.of()))) {
      added.remove(stored.name());
    } else {
      added.put(stored.name(), stored.beside());
      logChange(
          "ResourceSlice " + stored.name(),
          (stored.beside().ownerUid().isEmpty()
                  ? "the owner reference differs from the one that was sent"
                  : "these fields were added: " + stored.beside().fields())
              + "; check for a webhook that changes ResourceSlices");
    }
    return before != taintsKept;
  }

  /**
   * What the server stores otherwise than it was told to, for a person; empty when nothing. Known
   * gates are not in it, they are {@link #missing}.
   */
  String insists() {
    if (!added.isEmpty()) {
      Map.Entry<String, Beside> one = added.entrySet().iterator().next();
      return "ResourceSlice "
          + one.getKey()
          + (one.getValue().ownerUid().isEmpty()
              ? " loses its owner reference"
              : " gets fields that acceld does not set: " + one.getValue().fields());
    }
    return altered.values().stream()
        .filter(a -> !(a.stored().taints().isEmpty() && !a.wanted().taints().isEmpty()))
        .findFirst()
        .map(a ->
            "device " + a.wanted().name() + " is stored with values that differ from those sent")
        .orElse("");
  }

  /** After a refusal as invalid that names taints: true when those of effect None are left out. */
  boolean blameNone(ResourceSlice refused, String message) {
    boolean there =
        refused.spec().devices().stream()
            .flatMap(d -> d.taints().stream())
            .anyMatch(t -> t.effect().equals(Taints.NONE));
    if (!there
        || missing.containsKey(Feature.EFFECT_NONE)
        || !names(Feature.EFFECT_NONE, message)) {
      return false;
    }
    missing.put(Feature.EFFECT_NONE, refused);
    log.warn(
        "the API server may not support taints with effect None (1.35 and later do); degraded"
            + " devices are published without a taint until it accepts them");
    return true;
  }

  /** Whether a refusal speaks of that: field paths are part of the API server's messages. */
  static boolean names(Feature feature, String message) {
    String text = message.toLowerCase(Locale.ROOT);
    return switch (feature) {
      case TAINTS -> text.contains("taints");
      case EFFECT_NONE -> text.contains("taints") && text.contains("effect");
      case COUNTERS -> text.contains("counter");
    };
  }

  private void settle() {
    taintsKept = !missing.containsKey(Feature.TAINTS);
    countersKept = !missing.containsKey(Feature.COUNTERS);
  }

  private static String describe(Feature feature) {
    return switch (feature) {
      case TAINTS -> "device taints";
      case EFFECT_NONE -> "taints with effect None";
      case COUNTERS -> "shared counters";
    };
  }

  private void logChange(String what, String how) {
    if (!told) {
      told = true;
      log.warn("{}: the API server has not stored what the agent sent: {}", what, how);
    }
  }

  private static Map<String, SliceDevice> byName(ResourceSlice slice) {
    Map<String, SliceDevice> devices = new HashMap<>();
    slice.spec().devices().forEach(d -> devices.put(d.name(), d));
    return devices;
  }

  private static SliceDevice withoutNone(SliceDevice d) {
    return d.with(d.taints().stream().filter(t -> !t.effect().equals(Taints.NONE)).toList());
  }
}
