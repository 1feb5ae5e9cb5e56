package dev.acceld.dra.claim;

import dev.acceld.dra.cluster.ClaimRef;
import java.util.List;
import java.util.Map;

/**
 * Prepares and unprepares claims. Called from the kubelet's services on any number of threads at
 * once; answers for every claim it was asked about; never throws for one claim's sake.
 */
public interface ClaimService {

  /**
   * Prepares claims, each on its own. Blocks until all are done; at most about 30 s when the API
   * server or an earlier holder of a device keeps it waiting.
   *
   * @param call tells whether the kubelet still waits for the answer
   * @return one outcome for each UID asked for, in the order asked
   */
  Map<String, PrepareOutcome> prepare(List<ClaimRef> claims, CallScope call);

  /** Gives claims back, each on its own, without the API server; an unknown one is a success. */
  Map<String, UnprepareOutcome> unprepare(List<ClaimRef> claims, CallScope call);

  /** Whether the caller still waits. */
  @FunctionalInterface
  interface CallScope {
    /** A call that nobody cancels. */
    CallScope UNCANCELLED = () -> false;

    /** True once the answer is not wanted any more; then no new change must begin. */
    boolean cancelled();
  }

  /** What became of one claim. */
  sealed interface PrepareOutcome {
    /** Prepared; the devices of this driver, maybe none. */
    record Prepared(List<PreparedDevice> devices) implements PrepareOutcome {}

    /** Not prepared; the sentence goes to the pod's events. */
    record Failed(String message) implements PrepareOutcome {}
  }

  /** What became of one claim. */
  sealed interface UnprepareOutcome {
    /** Nothing of it is left. */
    record Done() implements UnprepareOutcome {}

    /** Something is left; the kubelet comes back. */
    record Failed(String message) implements UnprepareOutcome {}
  }
}
