package dev.acceld.image.tree;

import dev.acceld.image.ImageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Other programs. */
public final class Command {
  private Command() {}

  /** What a program prints; nothing when there is no such program or it fails. */
  public static Optional<String> output(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
              .start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? Optional.of(text) : Optional.empty();
    } catch (IOException absent) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** Whether the search path has a program of this name. */
  public static boolean exists(String program) {
    return output("sh", "-c", "command -v \"$1\"", "sh", program).isPresent();
  }

  /** Runs a program to its end, whatever comes of it. */
  public static void finish(List<String> command) {
    Optional<String> ignored = output(command.toArray(String[]::new));
  }

  /**
   * Runs a program to its end.
   *
   * @param remedy what to do when it fails
   * @return what it printed, output and errors together
   * @throws ImageException it cannot be started or fails; with the last lines that it printed
   */
  public static String run(List<String> command, Map<String, String> environment, String remedy) {
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int status = process.waitFor();
      if (status != 0) {
        throw new ImageException(
            command.getFirst() + " failed with status " + status + ": " + remedy + tail(text));
      }
      return text;
    } catch (IOException e) {
      throw new ImageException(
          command.getFirst() + " cannot be started: " + e.getMessage() + "; " + remedy, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ImageException("interrupted while " + command.getFirst() + " ran", e);
    }
  }

  private static String tail(String text) {
    List<String> lines = text.lines().toList();
    return "\n  " + String.join("\n  ", lines.subList(Math.max(0, lines.size() - 8), lines.size()));
  }
}
