package dev.acceld.image.tree;

import dev.acceld.image.ImageException;
import dev.acceld.tools.Run;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** Programs that the builder needs to succeed. */
public final class Command {
  private static final int LINES = 8;

  private Command() {}

  /**
   * Runs a program to its end.
   *
   * @param remedy what to do when it fails
   * @return what it printed, output before errors
   * @throws ImageException it cannot be started or fails; with the last lines that it printed
   */
  public static String run(List<String> command, Map<String, String> environment, String remedy) {
    Run run = Run.of(command);
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      run = run.with(variable.getKey(), variable.getValue());
    }
    Run.Result result;
    try {
      result = run.now();
    } catch (UncheckedIOException e) {
      throw new ImageException(
          command.getFirst() + " cannot be started: " + e.getMessage() + "; " + remedy, e);
    }
    String text = result.out() + result.err();
    if (!result.ok()) {
      throw new ImageException(
          command.getFirst() + " failed with status " + result.exit() + ": " + remedy + tail(text));
    }
    return text;
  }

  private static String tail(String text) {
    List<String> lines = text.lines().toList();
    return "\n  "
        + String.join("\n  ", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
  }
}
