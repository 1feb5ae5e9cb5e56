package dev.acceld.reset;

import dev.acceld.text.ErrorText;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a program that resets a device, for a bounded time. */
public final class ResetProgram {
  private static final int MOST_LINES = 100;
  private static final int LONGEST_LINE = 500;
  private static final long LAST_WORDS_MILLIS = 1000;

  private ResetProgram() {}

  /**
   * How it ended.
   *
   * @param status its exit status
   * @param output what it wrote to standard output and standard error, by line; at most 100 lines
   */
  public record Ended(int status, List<String> output) {}

  /**
   * Runs it to its end; when that takes too long, it is killed with all that it has started.
   *
   * @param environment variables beside those of this process
   * @throws ResetFailedException when it cannot be started or has to be killed
   */
  public static Ended run(List<String> command, Map<String, String> environment, Duration within)
      throws ResetFailedException, InterruptedException {
    String name = command.getFirst();
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new ResetFailedException(name + " cannot be started: " + ErrorText.of(e));
    }
    List<String> lines = Collections.synchronizedList(new ArrayList<>());
    Thread reader =
        Thread.ofPlatform().daemon().name("reset-output").start(() -> read(process, lines));
    try {
      process.getOutputStream().close(); // whoever asks a question gets no answer
    } catch (IOException e) {
      // it has ended already
    }
    try {
      if (!process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new ResetFailedException(
            name
                + " has not finished after "
                + within.toSeconds()
                + " s and was killed"
                + said(lines));
      }
      reader.join(LAST_WORDS_MILLIS);
      return new Ended(process.exitValue(), List.copyOf(lines));
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static void read(Process process, List<String> lines) {
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (!line.isBlank() && lines.size() < MOST_LINES) {
          lines.add(line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) : line);
        }
      }
    } catch (IOException e) {
      // it was killed
    }
  }

  /** Its words, behind a message. */
  public static String said(List<String> lines) {
    List<String> all = List.copyOf(lines);
    return all.isEmpty() ? "" : ": " + String.join(" / ", all.stream().map(String::strip).toList());
  }
}
