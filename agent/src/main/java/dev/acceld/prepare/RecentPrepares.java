package dev.acceld.prepare;

import dev.acceld.dra.claim.ClaimObserver;
import dev.acceld.dra.cluster.ClaimRef;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The last {@link #MOST} prepares that are over, failed ones too. To be told of claims; any thread.
 * Takes some kilobytes.
 */
public final class RecentPrepares implements ClaimObserver {
  /** How many are kept. */
  public static final int MOST = 20;

  /** A prepare takes about ten. */
  private static final int MOST_STEPS = 64;

  private static final int MOST_OPEN = 1000;

  private final InstantSource clock;
  private final LongSupplier nanos;

  // Guarded by the lock of this. All steps of a prepare are told on one thread.
  private final Map<Thread, Open> open = new HashMap<>();
  private final Deque<Prepare> done = new ArrayDeque<>();

  /** None so far. */
  public RecentPrepares() {
    this(InstantSource.system(), System::nanoTime);
  }

  RecentPrepares(InstantSource clock, LongSupplier nanos) {
    this.clock = clock;
    this.nanos = nanos;
  }

  private static final class Open {
    private final ClaimRef claim;
    private final Instant begun;
    private final long from;
    private final List<Prepare.Step> steps = new ArrayList<>();
    private final List<Integer> inside = new ArrayList<>(); // places in steps, the innermost last

    private Open(ClaimRef claim, Instant begun, long from) {
      this.claim = claim;
      this.begun = begun;
      this.from = from;
    }

    private void began(Phase phase, long now) {
      if (steps.size() < MOST_STEPS) {
        steps.add(new Prepare.Step(phase, inside.size(), now - from, 0, true));
        inside.add(steps.size() - 1);
      }
    }

    private void ended(Phase phase, long now, boolean ok) {
      for (int i = inside.size() - 1; i >= 0; i--) {
        Prepare.Step step = steps.get(inside.get(i));
        if (step.phase() == phase) {
          long took = now - from - step.offsetNanos();
          steps.set(
              inside.get(i), new Prepare.Step(phase, step.depth(), step.offsetNanos(), took, ok));
          inside.subList(i, inside.size()).clear();
          return;
        }
      }
    }
  }

  @Override
  public synchronized void began(ClaimRef claim, Operation operation, Phase phase) {
    if (operation != Operation.PREPARE) {
      return;
    }
    long now = nanos.getAsLong();
    if (phase == Phase.TOTAL) {
      if (open.size() < MOST_OPEN) {
        open.put(Thread.currentThread(), new Open(claim, clock.instant(), now));
      }
      return;
    }
    Open current = open.get(Thread.currentThread());
    if (current != null) {
      current.began(phase, now);
    }
  }

  @Override
  public synchronized void ended(
      ClaimRef claim, Operation operation, Phase phase, long took, boolean ok) {
    Open current = open.get(Thread.currentThread());
    if (operation != Operation.PREPARE || current == null) {
      return;
    }
    long now = nanos.getAsLong();
    if (phase != Phase.TOTAL) {
      current.ended(phase, now, ok);
      return;
    }
    open.remove(Thread.currentThread());
    done.addFirst(new Prepare(current.claim, current.begun, now - current.from, ok, current.steps));
    if (done.size() > MOST) {
      done.removeLast();
    }
  }

  /** Those that are over, the latest first. */
  public synchronized List<Prepare> latest() {
    return Collections.unmodifiableList(new ArrayList<>(done));
  }
}
