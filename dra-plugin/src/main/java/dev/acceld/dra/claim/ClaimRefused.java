package dev.acceld.dra.claim;

/** One claim cannot be prepared. The message says which thing is wrong and what helps. */
final class ClaimRefused extends Exception {
  private static final long serialVersionUID = 1L;

  ClaimRefused(String message) {
    super(message);
  }

  ClaimRefused(String message, Throwable cause) {
    super(message, cause);
  }
}
