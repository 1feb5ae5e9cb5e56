package dev.acceld.dra.claim.prepare;

import dev.acceld.dra.claim.record.ClaimRecordStore;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.probe.ControlFailedException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Claims that could not be given back, and why: for whoever waits for their devices, and for
 * readiness. In memory; the kubelet asks again, and then it is known anew. Thread-safe.
 */
public final class FailedUnprepares {
  private final Map<String, String> troubles = new ConcurrentHashMap<>();
  private final ClaimRecordStore store;

  /** None so far. */
  public FailedUnprepares(ClaimRecordStore store) {
    this.store = store;
  }

  /** What keeps the claim, with the processes and pods that use its devices. */
  String failed(String uid, ControlFailedException e) {
    String users =
        e.users().stream()
            .map(user -> user.describe() + user.podUid().map(this::pod).orElse(" of no pod"))
            .collect(Collectors.joining(", "));
    String trouble = e.getMessage() + (users.isEmpty() ? "" : "; it is used by " + users);
    troubles.put(uid, trouble);
    return trouble;
  }

  private String pod(String uid) {
    return store.all().stream()
        .flatMap(r -> r.pods().stream())
        .filter(p -> p.uid().equals(uid))
        .findFirst()
        .map(PodRef::path)
        .map(path -> " of pod " + path)
        .orElse(" of the pod with UID " + uid);
  }

  /** The claim was given back. */
  void done(String uid) {
    troubles.remove(uid);
  }

  /** Why a claim could not be given back when that was tried last. */
  Optional<String> trouble(String uid) {
    return Optional.ofNullable(troubles.get(uid));
  }

  /** One sentence for each claim that could not be given back. */
  public List<String> all() {
    Set<String> kept = store.all().stream().map(r -> r.claim().uid()).collect(Collectors.toSet());
    troubles.keySet().retainAll(kept);
    return store.all().stream()
        .filter(r -> troubles.containsKey(r.claim().uid()))
        .map(r -> "claim " + r.claim().path() + ": " + troubles.get(r.claim().uid()))
        .toList();
  }
}
