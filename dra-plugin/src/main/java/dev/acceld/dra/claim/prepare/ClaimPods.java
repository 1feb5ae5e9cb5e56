package dev.acceld.dra.claim.prepare;

import dev.acceld.dra.claim.PodHolders.ClaimKey;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.claim.record.KnownClaim;
import dev.acceld.dra.cluster.PodRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which pods use which prepared claim now. The kubelet asks for a claim's preparation once and not
 * again for a second pod that shares it, so the kubelet's own list is followed. Kept in memory
 * only: after a restart the next look has it all again, and no record has to be written for it.
 * Thread-safe.
 */
public final class ClaimPods {
  private volatile Map<String, List<PodRef>> byUid = Map.of();
  private volatile long version;

  /** Grows with every change of what {@link #of} says of a record, after the change. */
  public long version() {
    return version;
  }

  /** The pods last seen; before that those for which the claim was prepared. */
  public List<PodRef> of(ClaimRecord record) {
    return byUid.getOrDefault(record.claim().uid(), record.pods());
  }

  /** The claim with all pods known to have used it. */
  public KnownClaim known(ClaimRecord record) {
    Set<PodRef> users = new LinkedHashSet<>(record.pods());
    users.addAll(of(record));
    return new KnownClaim(record, List.copyOf(users));
  }

  /**
   * Takes the kubelet's list over.
   *
   * @return true when the pods of any claim have changed
   */
  public synchronized boolean refresh(
      List<ClaimRecord> records, Map<ClaimKey, Set<PodRef>> holders) {
    Map<String, List<PodRef>> next = new HashMap<>();
    boolean changed = false;
    for (ClaimRecord record : records) {
      List<PodRef> before = of(record);
      Set<PodRef> now =
          holders.getOrDefault(
              new ClaimKey(record.claim().namespace(), record.claim().name()), Set.of());
      // nobody listed: its pod is starting or ending; what it does is still that pod's doing
      List<PodRef> after = now.isEmpty() ? before : withUids(now, record.pods(), before);
      next.put(record.claim().uid(), after);
      changed |= !after.equals(before);
    }
    if (!next.equals(byUid)) {
      byUid = Map.copyOf(next);
      version++;
    }
    return changed;
  }

  /** The kubelet's list tells no UIDs; those that were told otherwise are kept. */
  private static List<PodRef> withUids(
      Set<PodRef> listed, List<PodRef> prepared, List<PodRef> before) {
    List<PodRef> known = new ArrayList<>(prepared);
    known.addAll(before);
    List<PodRef> pods = new ArrayList<>(listed.size());
    for (PodRef pod : listed) {
      PodRef full = pod;
      for (PodRef k : known) {
        if (pod.uid().isEmpty() && !k.uid().isEmpty() && k.path().equals(pod.path())) {
          full = k;
          break;
        }
      }
      pods.add(full);
    }
    pods.sort((a, b) -> a.path().compareTo(b.path()));
    return List.copyOf(pods);
  }
}
