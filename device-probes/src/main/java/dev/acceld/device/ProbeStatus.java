package dev.acceld.device;

import java.time.Instant;

/**
 * How one probe is doing.
 *
 * @param probe its name: {@code nvidia}, {@code tpu}
 * @param state what it is doing
 * @param since since when
 * @param detail one sentence for a person: what is missing and what to do, or what was found
 * @param complete false when it answers, and something that it should have is not there or does not
 *     work; the detail says what
 */
public record ProbeStatus(
    String probe, State state, Instant since, String detail, boolean complete) {

  /** With everything there. */
  public ProbeStatus(String probe, State state, Instant since, String detail) {
    this(probe, state, since, detail, true);
  }

  /** What a probe is doing. */
  public enum State {
    /** It has not responded yet. */
    STARTING,
    /** It answers. */
    READY,
    /** What it needs (a driver, hardware) is not there; it keeps looking. */
    WAITING,
    /** It failed in an unforeseen way; it keeps trying. */
    FAILED,
    /** A call into the vendor's library or the kernel does not come back. */
    HUNG
  }
}
