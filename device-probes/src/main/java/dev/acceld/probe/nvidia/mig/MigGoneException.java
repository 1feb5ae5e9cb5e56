package dev.acceld.probe.nvidia.mig;

/** There is no driver, or it does not have that GPU, so there are no partitions either. */
final class MigGoneException extends Exception {
  private static final long serialVersionUID = 1L;

  MigGoneException(String message) {
    super(message);
  }
}
