package dev.acceld.dra.claim;

import dev.acceld.dra.cluster.ClaimRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Works on the claims of one call side by side, so that one which waits holds up no other. A single
 * claim, the usual case, stays on the caller's thread.
 */
final class FanOut {
  private FanOut() {}

  /**
   * One outcome for each UID, in the order asked.
   *
   * @param unfinished for a claim whose work ended without an outcome
   */
  static <T> Map<String, T> over(
      List<ClaimRef> claims, Function<ClaimRef, T> work, Supplier<T> unfinished) {
    Map<String, ClaimRef> distinct = new LinkedHashMap<>();
    for (ClaimRef claim : claims) {
      distinct.putIfAbsent(claim.uid(), claim);
    }
    Map<String, T> done = new ConcurrentHashMap<>();
    List<Thread> helpers = new ArrayList<>();
    ClaimRef own = null;
    for (ClaimRef claim : distinct.values()) {
      if (own == null) {
        own = claim;
      } else {
        helpers.add(
            Thread.ofVirtual()
                .name("claim-" + claim.uid())
                .start(() -> done.put(claim.uid(), work.apply(claim))));
      }
    }
    if (own != null) {
      done.put(own.uid(), work.apply(own));
    }
    for (Thread helper : helpers) {
      try {
        helper.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    Map<String, T> inOrder = new LinkedHashMap<>();
    for (String uid : distinct.keySet()) {
      T outcome = done.get(uid);
      inOrder.put(uid, outcome != null ? outcome : unfinished.get());
    }
    return inOrder;
  }
}
