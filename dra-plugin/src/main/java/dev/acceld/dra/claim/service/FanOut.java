package dev.acceld.dra.claim.service;

import dev.acceld.dra.cluster.ClaimRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Works on the claims of one call side by side, so that one which waits holds up no other, here or
 * in another call. A single claim, the usual case, stays on the caller's thread. Platform threads:
 * whatever waits in a system call or in a driver would stop every virtual thread of a machine with
 * one CPU.
 */
final class FanOut {
  /** Far more than the kubelet asks for at once; only threads that hang can use them up. */
  private static final int MOST_THREADS = 256;

  private final Duration longest;
  private final Semaphore threads = new Semaphore(MOST_THREADS);

  /** Calls of several claims that are answered after so long at the latest. */
  FanOut(Duration longest) {
    this.longest = longest;
  }

  /**
   * One outcome for each UID, in the order asked.
   *
   * @param unfinished for a claim whose work has not ended in time or ended without an outcome;
   *     given the reason
   */
  <T> Map<String, T> over(
      List<ClaimRef> claims, Function<ClaimRef, T> work, Function<String, T> unfinished) {
    Map<String, ClaimRef> distinct = new LinkedHashMap<>();
    for (ClaimRef claim : claims) {
      distinct.putIfAbsent(claim.uid(), claim);
    }
    if (distinct.size() == 1) {
      ClaimRef only = distinct.values().iterator().next();
      return Map.of(only.uid(), work.apply(only));
    }
    long end = System.nanoTime() + longest.toNanos();
    Map<String, T> done = new ConcurrentHashMap<>();
    String late = "";
    try {
      List<Thread> helpers = new ArrayList<>();
      for (ClaimRef claim : distinct.values()) {
        if (threads.tryAcquire(left(end), TimeUnit.NANOSECONDS)) {
          helpers.add(start(claim, () -> done.put(claim.uid(), work.apply(claim))));
        }
      }
      for (Thread helper : helpers) {
        helper.join(Duration.ofNanos(left(end)));
      }
      late =
          "canceled after "
              + longest.toSeconds()
              + " s: the operation hangs on this node (see 'acceld doctor' and the agent's log);"
              + " retrying";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      late = "canceled: the agent is shutting down";
    }
    Map<String, T> inOrder = new LinkedHashMap<>();
    for (String uid : distinct.keySet()) {
      T outcome = done.get(uid);
      inOrder.put(uid, outcome != null ? outcome : unfinished.apply(late));
    }
    return inOrder;
  }

  private Thread start(ClaimRef claim, Runnable work) {
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name("claim-" + claim.uid())
            .unstarted(() -> {
              try {
                work.run();
              } finally {
                threads.release();
              }
            });
    boolean started = false;
    try {
      thread.start();
      started = true;
    } finally {
      if (!started) {
        threads.release(); // no thread can be made
      }
    }
    return thread;
  }

  private static long left(long end) {
    return Math.max(1, end - System.nanoTime());
  }
}
