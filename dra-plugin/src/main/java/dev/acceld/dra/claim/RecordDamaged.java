package dev.acceld.dra.claim;

/** A claim record cannot be read; the message says why. */
final class RecordDamaged extends Exception {
  private static final long serialVersionUID = 1L;

  RecordDamaged(String message) {
    super(message);
  }
}
