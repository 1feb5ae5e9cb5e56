package dev.acceld.probe.tpu.host;

import dev.acceld.text.OneLine;

/** A source's value for messages, which are lines of a log; the metadata server may send 64 KiB. */
final class Shown {
  private static final int MOST = 80;

  private Shown() {}

  /** In quotes. */
  static String of(String value) {
    return "'" + OneLine.start(value, MOST) + "'";
  }
}
