package dev.acceld.dra.claim;

import dev.acceld.dra.claim.ClaimObserver.Operation;
import dev.acceld.dra.claim.ClaimObserver.Phase;
import dev.acceld.dra.cluster.ClaimRef;

/**
 * Tells of the steps of prepares and unprepares: how long each takes, and that it is over.
 *
 * @param observer is told how long
 * @param hook is told after each step
 */
public record ClaimSteps(ClaimObserver observer, StepHook hook) {

  /** A step of a prepare begins. */
  public Stopwatch ofPrepare(ClaimRef claim, Phase phase) {
    return new Stopwatch(observer, claim, Operation.PREPARE, phase);
  }

  /** A step of an unprepare begins. */
  public Stopwatch ofUnprepare(ClaimRef claim, Phase phase) {
    return new Stopwatch(observer, claim, Operation.UNPREPARE, phase);
  }

  /** A step is over; a process may die here. */
  public void reached(StepHook.Step step) {
    hook.reached(step);
  }
}
