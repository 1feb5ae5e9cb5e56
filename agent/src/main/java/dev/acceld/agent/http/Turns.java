package dev.acceld.agent.http;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is with something that takes memory until the peer has done its part: a large
 * answer until it is taken, a TLS handshake until it is over. So many at a time, and fewer for one
 * peer. The others wait, first those who have least; who waits too long is cut off with its
 * connection. On the I/O thread only.
 */
final class Turns {
  /** Of them for one peer. */
  static final int AT_ONCE_OF_ONE = 4;

  private final int atOnce;
  private final int atOnceOfOne;
  private final Runnable whenIdle;
  private final Map<Object, Integer> taken = new HashMap<>();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private int count;

  /**
   * That many.
   *
   * @param whenIdle run when nobody has a turn or waits for one any more
   */
  Turns(int atOnce, int atOnceOfOne, Runnable whenIdle) {
    this.atOnce = atOnce;
    this.atOnceOfOne = atOnceOfOne;
    this.whenIdle = whenIdle;
  }

  /**
   * Runs the work when it is its turn. The turn ends when the connection is done with it ({@link
   * Connection#whenDone}) and the work is over, also for a peer that has gone meanwhile.
   *
   * @param work given what it must run on the I/O thread when there is no more to work out
   */
  void take(Connection of, Consumer<Runnable> work) {
    Waiting one = new Waiting(of, work);
    of.whenDone(() -> waiting.remove(one));
    waiting.add(one);
    next();
  }

  private void next() {
    Waiting one = count < atOnce ? first() : null;
    while (one != null) {
      waiting.remove(one);
      Object peer = one.of().peer();
      count++;
      taken.merge(peer, 1, Integer::sum);
      Turn turn = new Turn(peer);
      one.of().whenDone(turn::taken);
      one.work().accept(turn::workedOut);
      one = count < atOnce ? first() : null;
    }
  }

  /** The peer that has least; among equals, who has waited longest. */
  private @Nullable Waiting first() {
    Waiting found = null;
    int least = atOnceOfOne;
    for (Waiting one : waiting) {
      int has = taken.getOrDefault(one.of().peer(), 0);
      if (has < least) {
        found = one;
        least = has;
      }
    }
    return found;
  }

  private void end(Object peer) {
    count--;
    taken.computeIfPresent(peer, (p, n) -> n == 1 ? null : n - 1);
    next();
    if (count == 0) {
      whenIdle.run();
    }
  }

  private record Waiting(Connection of, Consumer<Runnable> work) {}

  private final class Turn {
    private final Object peer;
    private boolean taken;
    private boolean workedOut;

    Turn(Object peer) {
      this.peer = peer;
    }

    void taken() {
      if (!taken) {
        taken = true;
        endIfOver();
      }
    }

    void workedOut() {
      if (!workedOut) {
        workedOut = true;
        endIfOver();
      }
    }

    private void endIfOver() {
      if (taken && workedOut) {
        end(peer);
      }
    }
  }
}
