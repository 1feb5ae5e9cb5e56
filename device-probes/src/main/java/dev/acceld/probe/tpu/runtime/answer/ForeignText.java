package dev.acceld.probe.tpu.runtime.answer;

import dev.acceld.text.OneLine;

/** Text from a workload, made fit for logs and terminals: one line, not too long. */
final class ForeignText {
  private static final int MOST = 256;

  private ForeignText() {}

  static String of(String text) {
    return OneLine.start(text, MOST);
  }
}
