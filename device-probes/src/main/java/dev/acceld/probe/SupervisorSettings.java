package dev.acceld.probe;

import java.time.Duration;

/**
 * How the supervisor paces the probes.
 *
 * @param rediscoverEvery between two looks for devices that came or went
 * @param sampleEvery between two samples
 * @param deadline a call that takes longer counts as hung
 * @param staleAfter a sample older than this is served no more
 */
public record SupervisorSettings(
    Duration rediscoverEvery, Duration sampleEvery, Duration deadline, Duration staleAfter) {

  /** 10 s, 1 s, 10 s, 11 s: values end with the deadline of the call that should renew them. */
  public static final SupervisorSettings DEFAULT =
      new SupervisorSettings(
          Duration.ofSeconds(10),
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          Duration.ofSeconds(11));

  /** Checks that each is more than nothing. */
  public SupervisorSettings {
    positive("rediscoverEvery", rediscoverEvery);
    positive("sampleEvery", sampleEvery);
    positive("deadline", deadline);
    positive("staleAfter", staleAfter);
  }

  private static void positive(String name, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(name + " must be more than nothing, it is " + value);
    }
  }
}
