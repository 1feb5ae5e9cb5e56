package dev.acceld.device;

/** The two kinds of accelerator; attribute {@code acceld.dev/kind}. */
public enum Kind {
  /** A graphics processor. */
  GPU("gpu"),
  /** A tensor processor. */
  TPU("tpu");

  private final String id;

  Kind(String id) {
    this.id = id;
  }

  /** The lower-case name used in attributes and labels. */
  public String id() {
    return id;
  }
}
