package dev.acceld.agent.cli.top;

import java.io.IOException;
import java.util.Map;

/** Makes keys of the characters that a terminal sends. */
final class KeyDecoder {
  /** What follows an escape within that time belongs to it. */
  private static final long ESCAPE_MILLIS = 50;

  private static final int ESCAPE = 27;
  private static final int LONGEST = 8;

  private static final Map<String, String> SEQUENCES =
      Map.ofEntries(
          Map.entry("A", "up"),
          Map.entry("B", "down"),
          Map.entry("C", "right"),
          Map.entry("D", "left"),
          Map.entry("H", "home"),
          Map.entry("F", "end"),
          Map.entry("Z", "backtab"),
          Map.entry("1~", "home"),
          Map.entry("7~", "home"),
          Map.entry("4~", "end"),
          Map.entry("8~", "end"),
          Map.entry("5~", "pageup"),
          Map.entry("6~", "pagedown"));

  private final Source source;

  /** Where the characters come from. */
  @FunctionalInterface
  interface Source {
    /**
     * The next one.
     *
     * @param millis how long to wait; 0 for ever
     * @return a code unit, -1 at the end, -2 when the time is over
     */
    int read(long millis) throws IOException;
  }

  KeyDecoder(Source source) {
    this.source = source;
  }

  /** Waits for a key; empty for what is none, {@link Screen#QUIT} at the end. */
  String next() throws IOException {
    int c = source.read(0);
    return switch (c) {
      case -1 -> Screen.QUIT;
      case ESCAPE -> escape();
      case '\r', '\n' -> "enter";
      case '\t' -> "tab";
      case 8, 127 -> "backspace";
      case 3, 4 -> Screen.QUIT; // Ctrl-C and Ctrl-D of a terminal without signals
      default -> c < ' ' ? "" : character((char) c);
    };
  }

  private String character(char c) throws IOException {
    if (!Character.isHighSurrogate(c)) {
      return Character.isLowSurrogate(c) ? "" : Character.toString(c);
    }
    int low = source.read(ESCAPE_MILLIS);
    return low >= 0 && Character.isLowSurrogate((char) low)
        ? new String(new char[] {c, (char) low})
        : "";
  }

  private String escape() throws IOException {
    int c = source.read(ESCAPE_MILLIS);
    if (c < 0 || c == ESCAPE) {
      return "escape";
    }
    if (c != '[' && c != 'O') {
      return ""; // Alt and a key
    }
    StringBuilder sequence = new StringBuilder();
    while (sequence.length() < LONGEST) {
      int next = source.read(ESCAPE_MILLIS);
      if (next < 0) {
        break;
      }
      sequence.append((char) next);
      if (next >= 0x40 && next <= 0x7e) {
        break; // the last one of a sequence
      }
    }
    return SEQUENCES.getOrDefault(sequence.toString(), "");
  }
}
