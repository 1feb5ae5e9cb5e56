package dev.acceld.dra.claim;

import dev.acceld.dra.cluster.ClaimRef;
import java.util.Map;

/**
 * Told how long the steps of each claim took, for histograms and traces. Called on the thread that
 * works for the claim: it must return at once and must not throw.
 */
public interface ClaimObserver {
  /** Listens to nothing. */
  ClaimObserver NONE = new ClaimObserver() {};

  /** What was asked for. */
  enum Operation {
    /** NodePrepareResources. */
    PREPARE,
    /** NodeUnprepareResources, or the clean-up of a claim that is proven gone. */
    UNPREPARE
  }

  /** A step of it. Not every claim takes every step; {@link #TOTAL} comes last, always. */
  enum Phase {
    /** Reading the claim from the API server, with all repetitions. */
    GET,
    /** Waiting until the devices are in the inventory, which is still being taken after a start. */
    INVENTORY,
    /** Getting the locks. */
    LOCK,
    /** Waiting for another claim to give a device back. */
    WAIT,
    /** Testing devices that were not tested since the agent started, or since their last fault. */
    SELF_TEST,
    /** Making or unmaking what exists only while a claim has it. */
    HARDWARE,
    /** Making, writing, checking or removing the CDI file. */
    CDI,
    /** Writing or removing the durable record. */
    RECORD,
    /** All of it. */
    TOTAL
  }

  /**
   * A step begins. The end of each that begun is told by {@link #ended}, on the same thread; steps
   * of one claim are nested or follow each other.
   *
   * @param claim for which claim
   */
  default void began(ClaimRef claim, Operation operation, Phase phase) {}

  /**
   * A step is over.
   *
   * @param claim for which claim
   * @param nanos how long it took
   * @param ok false when the claim failed in this step
   */
  default void ended(ClaimRef claim, Operation operation, Phase phase, long nanos, boolean ok) {}

  /**
   * A claim that is being prepared was read from the API server.
   *
   * @param annotations its annotations
   */
  default void read(ClaimRef claim, Map<String, String> annotations) {}

  /** A damaged record was moved aside. */
  default void damaged(String claimUid) {}

  /** A claim that is proven gone was cleaned up. */
  default void collected(ClaimRef claim) {}

  /** Tells this one, then another. */
  default ClaimObserver andThen(ClaimObserver next) {
    ClaimObserver first = this;
    return new ClaimObserver() {
      @Override
      public void began(ClaimRef claim, Operation operation, Phase phase) {
        first.began(claim, operation, phase);
        next.began(claim, operation, phase);
      }

      @Override
      public void ended(ClaimRef claim, Operation operation, Phase phase, long nanos, boolean ok) {
        first.ended(claim, operation, phase, nanos, ok);
        next.ended(claim, operation, phase, nanos, ok);
      }

      @Override
      public void read(ClaimRef claim, Map<String, String> annotations) {
        first.read(claim, annotations);
        next.read(claim, annotations);
      }

      @Override
      public void damaged(String claimUid) {
        first.damaged(claimUid);
        next.damaged(claimUid);
      }

      @Override
      public void collected(ClaimRef claim) {
        first.collected(claim);
        next.collected(claim);
      }
    };
  }
}
