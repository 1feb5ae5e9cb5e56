package dev.acceld.fake.apiserver;

/** A request that the fake turns down, with the status and reason of the real server. */
final class ApiRefusalException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String reason;

  ApiRefusalException(int status, String reason, String message) {
    super(message);
    this.status = status;
    this.reason = reason;
  }

  int status() {
    return status;
  }

  String reason() {
    return reason;
  }
}
