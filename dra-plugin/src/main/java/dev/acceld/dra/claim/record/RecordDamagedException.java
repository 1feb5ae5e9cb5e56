package dev.acceld.dra.claim.record;

/** A claim record cannot be read; the message says why. */
public final class RecordDamagedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean misplaced;

  RecordDamagedException(String message) {
    this(message, false);
  }

  RecordDamagedException(String message, boolean misplaced) {
    super(message);
    this.misplaced = misplaced;
  }

  /** True for a whole record of another claim under this one's name; it holds nothing. */
  boolean misplaced() {
    return misplaced;
  }
}
