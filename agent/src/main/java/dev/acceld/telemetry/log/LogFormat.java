package dev.acceld.telemetry.log;

/** How log lines look. */
public enum LogFormat {
  /** For people: time, level, logger, message, then the context as {@code key=value}. */
  TEXT,
  /** For collectors: one JSON object a line. */
  JSON;

  /**
   * Reads {@code text} or {@code json}.
   *
   * @throws IllegalArgumentException naming the text and the choices
   */
  public static LogFormat parse(String text) {
    for (LogFormat format : values()) {
      if (format.name().equalsIgnoreCase(text)) {
        return format;
      }
    }
    throw new IllegalArgumentException("log format '" + text + "' is unknown; use text or json");
  }
}
