package dev.acceld.agent.http;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Whose large answer is worked out and sent: so many at a time, and fewer for one peer, because
 * each is kept in memory until the peer has taken it. The others wait; who waits too long is cut
 * off with its connection. On the I/O thread only.
 */
final class LargeReplyQueue {
  /** Large answers at a time: some 100 kB each. */
  static final int AT_ONCE = 16;

  /** Of them for one peer. */
  static final int AT_ONCE_OF_ONE = 4;

  private final int atOnce;
  private final int atOnceOfOne;
  private final Map<Object, Integer> taken = new HashMap<>();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private int count;

  LargeReplyQueue(int atOnce, int atOnceOfOne) {
    this.atOnce = atOnce;
    this.atOnceOfOne = atOnceOfOne;
  }

  /**
   * Runs the work when it is its turn. The turn ends when the conversation is done with the answer
   * and the answer has been worked out, also for a peer that has gone meanwhile.
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
    Iterator<Waiting> all = waiting.iterator();
    while (count < atOnce && all.hasNext()) {
      Waiting one = all.next();
      Object peer = one.of().peer();
      if (taken.getOrDefault(peer, 0) < atOnceOfOne) {
        all.remove();
        count++;
        taken.merge(peer, 1, Integer::sum);
        Turn turn = new Turn(peer);
        one.of().whenDone(turn::taken);
        one.work().accept(turn::workedOut);
      }
    }
  }

  private void end(Object peer) {
    count--;
    taken.computeIfPresent(peer, (p, n) -> n == 1 ? null : n - 1);
    next();
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
