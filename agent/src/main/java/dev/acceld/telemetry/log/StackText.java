package dev.acceld.telemetry.log;

import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import dev.acceld.text.OneLine;
import org.jspecify.annotations.Nullable;

/** A stack trace as logback writes it, but each message stays on its line. */
final class StackText {
  private static final int DEEPEST = 16;

  private StackText() {}

  /** Appends whole lines. */
  static void append(IThrowableProxy thrown, StringBuilder out) {
    append(thrown, "", "", 0, out);
  }

  private static void append(
      @Nullable IThrowableProxy thrown,
      String indent,
      String caption,
      int depth,
      StringBuilder out) {
    if (thrown == null || depth > DEEPEST) {
      return;
    }
    out.append(indent).append(caption).append(thrown.getClassName());
    if (thrown.getMessage() != null) {
      out.append(": ").append(OneLine.of(thrown.getMessage()));
    }
    out.append('\n');
    if (thrown.isCyclic()) {
      return;
    }
    StackTraceElementProxy[] frames = thrown.getStackTraceElementProxyArray();
    int common = thrown.getCommonFrames();
    for (int i = 0; i < frames.length - common; i++) {
      out.append(indent).append("\tat ").append(frames[i].getStackTraceElement()).append('\n');
    }
    if (common > 0) {
      out.append(indent).append("\t... ").append(common).append(" common frames omitted\n");
    }
    for (IThrowableProxy suppressed : thrown.getSuppressed()) {
      append(suppressed, indent + "\t", "Suppressed: ", depth + 1, out);
    }
    append(thrown.getCause(), indent, "Caused by: ", depth + 1, out);
  }
}
