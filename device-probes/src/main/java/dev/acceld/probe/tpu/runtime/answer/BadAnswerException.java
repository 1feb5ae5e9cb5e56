package dev.acceld.probe.tpu.runtime.answer;

/**
 * An answer that cannot be what it should be. The message says why, {@code it cannot be decoded},
 * and quotes nothing.
 */
public final class BadAnswerException extends RuntimeException {
  private static final long serialVersionUID = 1;

  BadAnswerException(String reason) {
    super(reason);
  }
}
