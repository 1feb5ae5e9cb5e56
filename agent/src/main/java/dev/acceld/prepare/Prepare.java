package dev.acceld.prepare;

import dev.acceld.dra.claim.ClaimObserver.Phase;
import dev.acceld.dra.cluster.ClaimRef;
import java.time.Instant;
import java.util.List;

/**
 * One prepare of a claim that is over. Immutable.
 *
 * @param claim which claim
 * @param begun when the kubelet asked for it
 * @param nanos how long it took
 * @param ok false when it failed
 * @param steps in the order in which they began
 */
public record Prepare(ClaimRef claim, Instant begun, long nanos, boolean ok, List<Step> steps) {

  /** Takes a copy. */
  public Prepare {
    steps = List.copyOf(steps);
  }

  /**
   * One step of it.
   *
   * @param phase what was done
   * @param depth how many other steps it is inside of
   * @param offsetNanos when it began, after the prepare
   * @param nanos how long it took
   * @param ok false when the prepare failed in it
   */
  public record Step(Phase phase, int depth, long offsetNanos, long nanos, boolean ok) {}
}
