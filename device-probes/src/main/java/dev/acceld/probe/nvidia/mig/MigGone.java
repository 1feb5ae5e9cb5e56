package dev.acceld.probe.nvidia.mig;

/** There is no driver, or it does not have that GPU, so there are no partitions either. */
final class MigGone extends Exception {
  private static final long serialVersionUID = 1L;

  MigGone(String message) {
    super(message);
  }
}
