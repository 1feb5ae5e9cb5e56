package dev.acceld.dra.events;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** What was told of one fault, and what is still to be told. Not safe for threads. */
final class ToldFault {
  /** Between two tellings of a fault that comes and goes; doubled each time. */
  static final Duration FIRST_PAUSE = Duration.ofSeconds(10);

  static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

  /** A fault that was quiet for so long is told at once when it comes again. */
  static final Duration CALM = Duration.ofMinutes(30);

  final Fault.Key key;
  final Map<String, Series> series = new TreeMap<>();

  /** As it was last seen, by this process or an earlier one. */
  Fault fault;

  Instant since;
  boolean active;
  long begins;
  boolean toldActive;

  /** How many beginnings the Events count. */
  long toldBegins;

  /** How many there were when anything was told last; those before an end are counted later. */
  long noted;

  /** How many of its beginnings the watch had counted when they were taken in here. */
  long watched;

  private boolean toldAny;
  private long nextAt;
  private long pause;

  ToldFault(Fault fault) {
    this.key = fault.key();
    this.fault = fault;
    this.since = fault.reason().since();
  }

  /**
   * The Event in which something was told, and is told when it happens again.
   *
   * @param name the Event's name
   * @param first when that happened first
   * @param count how often, as it was told
   */
  record Series(String name, Instant first, int count) {}

  /** Whether there is news, and it is time for it. */
  boolean due(long nanos) {
    return news() && (!toldAny || nanos - nextAt >= 0);
  }

  /** Whether there is news. */
  boolean news() {
    return active != toldActive || begins != noted;
  }

  /** Whether the news is that it began: also of one that is over, and of which nobody knows yet. */
  boolean tellsBegin() {
    return active || !toldActive;
  }

  /** It has been told. */
  void told(long nanos) {
    boolean begin = tellsBegin();
    toldBegins = begin ? begins : toldBegins;
    toldActive = begin;
    noted = begins;
    boolean calm = !toldAny || nanos - nextAt > CALM.toNanos();
    pause = calm ? FIRST_PAUSE.toNanos() : Math.min(2 * pause, LONGEST_PAUSE.toNanos());
    nextAt = nanos + pause;
    toldAny = true;
  }

  /** Whether nothing more is to be known of it. */
  boolean over(long nanos) {
    return !active && !news() && (!toldAny || nanos - nextAt > Duration.ofHours(1).toNanos());
  }
}
