package dev.acceld.dra.claim;

import dev.acceld.dra.claim.ClaimObserver.Operation;
import dev.acceld.dra.claim.ClaimObserver.Phase;
import dev.acceld.dra.cluster.ClaimRef;

/** Times one phase of one claim; failed unless told otherwise. */
public final class Stopwatch implements AutoCloseable {
  private final ClaimObserver observer;
  private final ClaimRef claim;
  private final Operation operation;
  private final Phase phase;
  private final long begin = System.nanoTime();
  private boolean ok;
  private boolean over;

  /** Starts, and tells the observer that the step begins. */
  public Stopwatch(ClaimObserver observer, ClaimRef claim, Operation operation, Phase phase) {
    this.observer = observer;
    this.claim = claim;
    this.operation = operation;
    this.phase = phase;
    observer.began(claim, operation, phase);
  }

  /** The step succeeded; without this call it counts as failed. */
  public void ok() {
    ok = true;
  }

  /** It ends here, and well. */
  public void done() {
    ok = true;
    close();
  }

  /** For log lines: milliseconds with one digit behind the point. */
  public String elapsedMillis() {
    long tenths = (System.nanoTime() - begin) / 100_000;
    return tenths / 10 + "." + tenths % 10;
  }

  @Override
  public void close() {
    if (over) {
      return;
    }
    over = true;
    observer.ended(claim, operation, phase, System.nanoTime() - begin, ok);
  }
}
