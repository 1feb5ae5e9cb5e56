package dev.acceld.dra.slice;

import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.ClusterException.Reason;
import dev.acceld.dra.cluster.ResourceSlice;
import java.util.Locale;

/** Carries out a plan, and learns from each answer what this server keeps. One thread. */
final class SliceWrites {
  private final ClusterApi api;
  private final SliceStore store;
  private final ApiServerFeatures quirks;
  private final Runnable opinionChanged;
  private final PublisherObserver observer;

  /**
   * @param opinionChanged called when it has turned out that taints or counters are not kept
   */
  SliceWrites(
      ClusterApi api,
      SliceStore store,
      ApiServerFeatures quirks,
      PublisherObserver observer,
      Runnable opinionChanged) {
    this.api = api;
    this.store = store;
    this.quirks = quirks;
    this.observer = observer;
    this.opinionChanged = opinionChanged;
  }

  /**
   * In the plan's order, until one fails.
   *
   * @throws ClusterException {@code CONFLICT} also when the rest must be planned anew
   */
  void carryOut(SliceDiff plan, String nodeUid) throws ClusterException {
    for (ResourceSlice s : plan.delete()) {
      write("delete", s, nodeUid);
    }
    for (ResourceSlice s : plan.update()) {
      write("update", s, nodeUid);
    }
    for (ResourceSlice s : plan.create()) {
      write("create", s, nodeUid);
    }
  }

  private void write(String verb, ResourceSlice slice, String nodeUid) throws ClusterException {
    try {
      switch (verb) {
        case "delete" -> {
          api.deleteSlice(slice);
          store.removed(slice);
        }
        case "update" -> learn(slice, api.updateSlice(slice, nodeUid), nodeUid);
        default -> learn(slice, api.createSlice(slice, nodeUid), nodeUid);
      }
      observer.wrote(verb, "ok");
    } catch (ClusterException e) {
      observer.wrote(verb, e.reason().name().toLowerCase(Locale.ROOT));
      String message = String.valueOf(e.getMessage());
      if (e.reason() == Reason.INVALID && quirks.blameNone(slice, message)) {
        throw new ClusterException(Reason.CONFLICT, message, e);
      }
      if (e.reason() == Reason.INVALID && quirks.blameCounters(slice, message)) {
        throw withoutCounters();
      }
      throw e;
    }
  }

  /** The next try is made at once, with another offer; this one must not be completed. */
  private ClusterException withoutCounters() {
    opinionChanged.run();
    return new ClusterException(Reason.CONFLICT, "publishing again without shared counters");
  }

  private void learn(ResourceSlice sent, ResourceSlice back, String nodeUid)
      throws ClusterException {
    store.wrote(back);
    if (quirks.lostCounters(sent, back)) {
      throw withoutCounters();
    }
    if (quirks.learn(sent, back, nodeUid)) {
      opinionChanged.run();
    }
  }
}
