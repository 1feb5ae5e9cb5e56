package dev.acceld.vendor;

/** A configuration says something that cannot be done; the message begins with a JSON path. */
public final class InvalidConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  /** About the value at that JSON path. */
  public InvalidConfigException(String path, String what) {
    super(path + ": " + what);
  }
}
