package dev.acceld.dra.slice;

import dev.acceld.dra.cluster.ResourceSlice;
import dev.acceld.dra.cluster.ResourceSlice.SliceDevice;
import dev.acceld.dra.slice.Offer.Content;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this API server does not keep of what it is given (fields behind a gate that is off), so
 * that it is said once and not written over and over. One thread; {@link #taintsKept} and {@link
 * #countersKept} any.
 */
final class ServerQuirks {
  private static final Logger log = LoggerFactory.getLogger(ServerQuirks.class);

  private record Altered(SliceDevice wanted, SliceDevice stored) {}

  private final Map<String, Altered> altered = new HashMap<>();
  private volatile boolean taintsKept = true;
  private volatile boolean countersKept = true;
  private boolean noneRefused;
  private boolean told;

  boolean taintsKept() {
    return taintsKept;
  }

  boolean countersKept() {
    return countersKept;
  }

  /** The server may have been replaced by a better one. */
  void forget() {
    altered.clear();
  }

  /** The devices as this server will hold them. */
  List<Content> adapt(Offer offer) {
    return offer.contents().stream()
        .map(c -> new Content(c.counters(), adapt(c.devices())))
        .toList();
  }

  private List<SliceDevice> adapt(List<SliceDevice> devices) {
    List<SliceDevice> adapted = new ArrayList<>(devices.size());
    for (SliceDevice d : devices) {
      SliceDevice w = noneRefused ? withoutNone(d) : d;
      Altered a = altered.get(w.name());
      adapted.add(a != null && a.wanted().equals(w) ? a.stored() : w);
    }
    return adapted;
  }

  /**
   * True when counters were sent and did not come back: without them parts of one thing look
   * independent, so nothing more of that offer must be written.
   */
  boolean lostCounters(ResourceSlice sent, ResourceSlice stored) {
    Map<String, SliceDevice> back = new HashMap<>();
    stored.spec().devices().forEach(d -> back.put(d.name(), d));
    boolean lost =
        stored.spec().counters().size() < sent.spec().counters().size()
            || sent.spec().devices().stream()
                .anyMatch(s -> {
                  SliceDevice d = back.get(s.name());
                  return d != null && d.consumes().size() < s.consumes().size();
                });
    if (lost) {
      giveUpCounters("the API server does not keep shared counters");
    }
    return lost;
  }

  /** After a refusal as invalid: true when there were counters in it, to be left out next time. */
  boolean blameCounters(ResourceSlice refused, String message) {
    boolean there =
        !refused.spec().counters().isEmpty()
            || refused.spec().devices().stream().anyMatch(d -> !d.consumes().isEmpty());
    if (there && countersKept) {
      giveUpCounters("the API server refuses shared counters (" + message + ")");
      return true;
    }
    return false;
  }

  private void giveUpCounters(String why) {
    countersKept = false;
    log.warn(
        "{}; are the feature gates DRAPartitionableDevices of API server and scheduler on"
            + " (Kubernetes 1.35 and later)? Until this agent is started again devices are offered"
            + " whole, and no parts of them that are made on demand",
        why);
  }

  /** Compares what was sent with what came back; true when the opinion about taints changed. */
  boolean learn(ResourceSlice sent, ResourceSlice stored) {
    boolean before = taintsKept;
    Map<String, SliceDevice> back = new HashMap<>();
    stored.spec().devices().forEach(d -> back.put(d.name(), d));
    for (SliceDevice s : sent.spec().devices()) {
      SliceDevice d = back.get(s.name());
      SliceDevice wanted = PoolPlan.timeless(s);
      if (d == null || wanted.equals(PoolPlan.timeless(d))) {
        altered.remove(s.name());
        taintsKept |= d != null && !d.taints().isEmpty();
        continue;
      }
      altered.put(s.name(), new Altered(wanted, d));
      if (d.taints().isEmpty() && !s.taints().isEmpty()) {
        taintsKept = false;
      }
      tell(s, d);
    }
    return before != taintsKept;
  }

  /** After a refusal as invalid: true when there is something to leave out next time. */
  boolean blameNone(ResourceSlice refused) {
    boolean there =
        refused.spec().devices().stream()
            .flatMap(d -> d.taints().stream())
            .anyMatch(t -> t.effect().equals(Taints.NONE));
    if (!there || noneRefused) {
      return false;
    }
    noneRefused = true;
    log.warn(
        "the API server may not know taints of effect None (1.35 and later do); degraded devices"
            + " are published without a taint");
    return true;
  }

  private void tell(SliceDevice sent, SliceDevice stored) {
    if (told) {
      return;
    }
    told = true;
    String gate =
        stored.taints().isEmpty() && !sent.taints().isEmpty()
            ? "taints; is the feature gate DRADeviceTaints off? Devices that must not be given away"
                + " are withdrawn from now on while nobody holds them"
            : "something else; is a webhook changing our slices?";
    log.warn(
        "device {}: the API server has not stored all that it was sent: {}", sent.name(), gate);
  }

  private static SliceDevice withoutNone(SliceDevice d) {
    return d.with(d.taints().stream().filter(t -> !t.effect().equals(Taints.NONE)).toList());
  }
}
