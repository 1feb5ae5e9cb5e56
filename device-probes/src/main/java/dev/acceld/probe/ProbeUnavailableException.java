package dev.acceld.probe;

/**
 * What a probe needs is not there yet: no driver, no hardware. The message is one sentence for a
 * person: what is missing, where it was looked for.
 */
public final class ProbeUnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  /** With that sentence. */
  public ProbeUnavailableException(String message) {
    super(message);
  }
}
