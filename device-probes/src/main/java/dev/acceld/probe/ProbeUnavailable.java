package dev.acceld.probe;

/**
 * What a probe needs is not there yet: no driver, no hardware. The message is one sentence for a
 * person: what is missing, where it was looked for.
 */
public final class ProbeUnavailable extends Exception {
  private static final long serialVersionUID = 1L;

  /** With that sentence. */
  public ProbeUnavailable(String message) {
    super(message);
  }
}
