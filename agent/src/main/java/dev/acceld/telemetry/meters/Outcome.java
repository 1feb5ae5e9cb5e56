package dev.acceld.telemetry.meters;

/** How something ended; label {@code outcome}. */
public enum Outcome {
  /** As it should. */
  OK("ok"),
  /** Not as it should. */
  FAILED("failed");

  private final String label;

  Outcome(String label) {
    this.label = label;
  }

  /** {@link #OK} or {@link #FAILED}. */
  public static Outcome of(boolean ok) {
    return ok ? OK : FAILED;
  }

  String label() {
    return label;
  }
}
