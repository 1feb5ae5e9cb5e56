package dev.acceld.agent.cli.top;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.acceld.agent.cli.text.PlainText;
import dev.acceld.text.ErrorText;
import dev.acceld.text.OneLine;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Asks an agent again and again on a thread of its own, so that an agent that does not answer holds
 * up nobody. An agent that is gone is asked again until there is one.
 */
final class Poller implements AutoCloseable {
  /** An answer that takes longer is waited for. */
  private static final long PATIENCE_NANOS = Duration.ofSeconds(2).toNanos();

  private final Ask ask;
  private final long everyNanos;
  private final LongSupplier nanos;
  private final Runnable changed;
  private final Thread thread;
  private JsonNode answer = MissingNode.getInstance(); // guarded by this, as is what follows
  private long answeredAt;
  private long askedAt;
  private boolean asking;
  private String problem = "";
  private long problemAt;
  private boolean again;
  private boolean closed;

  /** A question. */
  @FunctionalInterface
  interface Ask {
    /** The agent's answer; throws when there is none, with a message that says why. */
    JsonNode ask() throws IOException;
  }

  /**
   * What is known now.
   *
   * @param answer the last answer, without control characters; a missing node before the first
   * @param ageSeconds how old it is
   * @param waiting why there is no newer one; empty when there is no reason
   * @param waitingSeconds since when
   */
  record Seen(JsonNode answer, double ageSeconds, String waiting, double waitingSeconds) {
    /** Nothing, and nothing is waited for. */
    static final Seen NONE = new Seen(MissingNode.getInstance(), 0, "", 0);
  }

  /**
   * Does not ask before {@link #start}.
   *
   * @param changed called on the thread that asks, when there is an answer or none
   */
  Poller(String name, Ask ask, Duration every, LongSupplier nanos, Runnable changed) {
    this.ask = ask;
    this.everyNanos = every.toNanos();
    this.nanos = nanos;
    this.changed = changed;
    this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
  }

  /** Begins to ask, unless it has begun. */
  synchronized void start() {
    if (thread.getState() == Thread.State.NEW && !closed) {
      thread.start();
    }
  }

  private void run() {
    try {
      while (begin()) {
        once();
        changed.run();
        rest();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private synchronized boolean begin() {
    again = false;
    asking = true;
    askedAt = nanos.getAsLong();
    return !closed;
  }

  private void once() {
    try {
      JsonNode fresh = PlainText.of(ask.ask());
      synchronized (this) {
        answer = fresh;
        answeredAt = nanos.getAsLong();
        problem = "";
      }
    } catch (IOException | RuntimeException e) { // half an answer of an agent that ends, too
      synchronized (this) {
        if (problem.isEmpty()) {
          problemAt = nanos.getAsLong();
        }
        problem = OneLine.of(ErrorText.of(e));
      }
    }
  }

  private synchronized void rest() throws InterruptedException {
    asking = false;
    long end = askedAt + everyNanos;
    long left = end - nanos.getAsLong();
    while (!closed && !again && left > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = end - nanos.getAsLong();
    }
  }

  /** Asks at once; does not wait for it. */
  synchronized void askNow() {
    again = true;
    notifyAll();
  }

  synchronized Seen now() {
    long now = nanos.getAsLong();
    double age = answer.isMissingNode() ? 0 : (now - answeredAt) / 1e9;
    if (!problem.isEmpty()) {
      return new Seen(answer, age, problem, (now - problemAt) / 1e9);
    }
    return asking && now - askedAt > PATIENCE_NANOS
        ? new Seen(answer, age, "the agent does not respond; see its log", (now - askedAt) / 1e9)
        : new Seen(answer, age, "", 0);
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    thread.interrupt();
  }
}
