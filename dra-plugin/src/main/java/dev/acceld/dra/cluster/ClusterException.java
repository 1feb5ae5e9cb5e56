package dev.acceld.dra.cluster;

/** The API server did not do what was asked. The message names the request and the answer. */
public final class ClusterException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What kind of refusal it was, as far as the caller must act differently. */
  public enum Reason {
    /** No such object (404), in the API server's own words. */
    NOT_FOUND,
    /**
     * A 404 for the API itself: a cluster without it, a server that is starting, a wrong address.
     */
    UNSUPPORTED,
    /** The object exists already, or has changed meanwhile (409). */
    CONFLICT,
    /** Not let in at all (401): a matter of the token or certificate, whoever asks for what. */
    UNAUTHORIZED,
    /** Not allowed (403): a matter of RBAC or admission; retrying is slow. */
    FORBIDDEN,
    /** The object is not acceptable (400, 422): retrying the same is pointless. */
    INVALID,
    /** The list must be fetched anew (410). */
    EXPIRED,
    /** No answer, or one that may be different in a moment (5xx, 429, connection trouble). */
    UNREACHABLE
  }

  private final Reason reason;

  /** With the reason and a sentence. */
  public ClusterException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** With the reason, a sentence, and what was underneath. */
  public ClusterException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** The kind of refusal. */
  public Reason reason() {
    return reason;
  }
}
