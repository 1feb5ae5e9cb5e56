package dev.acceld.machine.description;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is wrong with a text that is no YAML, for people who write YAML and not parsers. */
public final class YamlProblem {
  private static final Pattern TWICE =
      Pattern.compile("[Dd]uplicate (?:field|key):? '?([^'\\n]+)'?");

  private static final Pattern LINE = Pattern.compile("line (\\d{1,9}), column");

  private YamlProblem() {}

  /** One clause; the line is said apart. */
  public static String describe(JsonProcessingException e) {
    String message = String.valueOf(e.getOriginalMessage());
    Matcher twice = TWICE.matcher(message);
    if (twice.find()) {
      return "the key '" + twice.group(1) + "' occurs twice; remove one";
    }
    if (message.contains("\\t(TAB)")) {
      return "YAML does not allow tabs for indentation; use spaces";
    }
    return "this is not YAML; use 'key: value' lines, indented by spaces, with quotes around"
        + " strings that contain any of : # [ { * &";
  }

  /** {@code , line 3}, or nothing when it is not known. */
  public static String place(JsonProcessingException e) {
    int line = line(e);
    return line < 1 ? "" : ", line " + line;
  }

  /** The line of the mistake, and not of the block that it is in; 0 when it is not known. */
  static int line(JsonProcessingException e) {
    int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
    Matcher said = LINE.matcher(String.valueOf(e.getOriginalMessage()));
    while (said.find()) {
      line = Integer.parseInt(said.group(1));
    }
    return line;
  }
}
