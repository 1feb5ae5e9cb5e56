package dev.acceld.dra.events;

import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.ClusterException.Reason;
import dev.acceld.dra.cluster.events.Event;
import dev.acceld.dra.cluster.events.EventApi;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events that wait to be written, one at a time: a bounded number, no more than the bucket of this
 * node allows, and at random intervals that grow with the cluster, so that all nodes together stay
 * within the budget. An API server that is away is tried ever more seldom, one that refuses is left
 * alone. For one thread.
 */
final class EventQueue {
  static final int MOST_WAITING = 100;
  static final int BURST = 20;
  static final Duration REFILL = Duration.ofSeconds(6);
  static final Duration STALE = Duration.ofMinutes(30);
  static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  static final Duration LONGEST_RETRY = Duration.ofMinutes(2);
  static final Duration AFTER_REFUSALS = Duration.ofMinutes(5);
  private static final int REFUSALS = 3;

  private static final Logger log = LoggerFactory.getLogger(EventQueue.class);

  private final EventApi api;
  private final NodeUid nodeUid;
  private final EventObserver observer;
  private final LongSupplier spread;
  private final RandomGenerator random;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private double tokens = BURST;
  private long filledAt;
  private boolean filled;
  private long nextAt;
  private boolean paused;
  private int failures;
  private int refusals;
  private String trouble = "";

  /** The UID of the Node, for references to it. */
  @FunctionalInterface
  interface NodeUid {
    /** Asks for it, or remembers it. */
    String get() throws ClusterException;
  }

  private record Waiting(Outgoing what, long since) {}

  /**
   * @param spread nanoseconds within which all nodes of the cluster may write once
   */
  EventQueue(
      EventApi api,
      NodeUid nodeUid,
      EventObserver observer,
      LongSupplier spread,
      RandomGenerator random) {
    this.api = api;
    this.nodeUid = nodeUid;
    this.observer = observer;
    this.spread = spread;
    this.random = random;
  }

  /** To be written after all that wait already; the oldest gives way when there are too many. */
  void add(Outgoing what, long nanos) {
    if (waiting.size() >= MOST_WAITING) {
      waiting.removeFirst();
      observer.told(EventObserver.DROPPED);
    }
    waiting.addLast(new Waiting(what, nanos));
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Writes one if it is time to; true when it did, and there may be another at once. */
  boolean step(long nanos) {
    fill(nanos);
    while (!waiting.isEmpty() && nanos - waiting.getFirst().since > STALE.toNanos()) {
      waiting.removeFirst();
      observer.told(EventObserver.DROPPED);
    }
    if (waiting.isEmpty() || tokens < 1 || (paused && nanos - nextAt < 0)) {
      return false;
    }
    tokens--;
    Optional<ClusterException> failure = send(waiting.getFirst().what());
    observer.told(failure.map(e -> e.reason().name().toLowerCase(Locale.ROOT)).orElse("ok"));
    paused = true;
    if (failure.isEmpty()) {
      waiting.removeFirst();
      failures = 0;
      refusals = 0;
      trouble = "";
      nextAt = nanos + random.nextLong(2 * Math.max(1, spread.getAsLong()));
    } else {
      nextAt = nanos + afterFailure(failure.get());
    }
    return true;
  }

  private Optional<ClusterException> send(Outgoing what) {
    try {
      Event event = what.event().withNodeUid(nodeUid.get());
      if (what.again()) {
        try {
          api.repeat(event.regarding().eventNamespace(), event.name(), event.count(), event.last());
          return Optional.empty();
        } catch (ClusterException e) {
          if (e.reason() != Reason.NOT_FOUND) {
            throw e;
          }
          // The API server keeps Events for an hour: then it is told as a new one.
        }
      }
      try {
        api.create(event);
      } catch (ClusterException e) {
        if (e.reason() != Reason.CONFLICT) { // with one, it was created and the answer lost
          throw e;
        }
      }
      return Optional.empty();
    } catch (ClusterException e) {
      return Optional.of(e);
    }
  }

  /** The pause; what was refused is not asked for again. */
  private long afterFailure(ClusterException e) {
    String message = String.valueOf(e.getMessage());
    if (trouble.isEmpty()) {
      log.warn("an event was not written: {}", message);
    }
    trouble = message;
    if (e.reason() == Reason.UNREACHABLE || e.reason() == Reason.UNAUTHORIZED) {
      long longest = LONGEST_RETRY.toNanos();
      long pause = Math.min(longest, FIRST_RETRY.toNanos() << Math.min(failures++, 20));
      return pause / 2 + random.nextLong(pause / 2 + 1);
    }
    waiting.removeFirst();
    boolean forbidden = e.reason() == Reason.FORBIDDEN || e.reason() == Reason.UNSUPPORTED;
    // One may be of a namespace that is being deleted; several mean that the right is missing.
    refusals = forbidden ? refusals + 1 : 0;
    return refusals >= REFUSALS ? AFTER_REFUSALS.toNanos() : FIRST_RETRY.toNanos();
  }

  private void fill(long nanos) {
    if (filled) {
      tokens = Math.min(BURST, tokens + (double) (nanos - filledAt) / REFILL.toNanos());
    }
    filled = true;
    filledAt = nanos;
  }
}
