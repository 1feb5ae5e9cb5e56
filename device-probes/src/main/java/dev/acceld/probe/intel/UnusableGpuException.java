package dev.acceld.probe.intel;

/** Why a GPU cannot be used, and what to do; the message is one sentence without its name. */
final class UnusableGpuException extends Exception {
  private static final long serialVersionUID = 1L;

  UnusableGpuException(String message) {
    super(message);
  }
}
