package dev.acceld.dra.claim;

/** A claim record cannot be read; the message says why. */
final class RecordDamaged extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean misplaced;

  RecordDamaged(String message) {
    this(message, false);
  }

  RecordDamaged(String message, boolean misplaced) {
    super(message);
    this.misplaced = misplaced;
  }

  /** True for a whole record of another claim under this one's name; it holds nothing. */
  boolean misplaced() {
    return misplaced;
  }
}
