package dev.acceld.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One command of this machine: what to run, where, and what came of it. Immutable. */
public record Run(
    List<String> command,
    Optional<Path> directory,
    Map<String, String> environment,
    Optional<Path> log,
    Optional<byte[]> input,
    Duration limit) {

  /** What a command left. */
  public record Result(int exit, String out, String err) {
    /** Whether it ended well. */
    public boolean ok() {
      return exit == 0;
    }
  }

  /** A command with no more than ten minutes. */
  public static Run of(String... command) {
    return of(List.of(command));
  }

  /** A command with no more than ten minutes. */
  public static Run of(List<String> command) {
    return new Run(
        List.copyOf(command),
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Duration.ofMinutes(10));
  }

  /** In this directory. */
  public Run in(Path where) {
    return new Run(command, Optional.of(where), environment, log, input, limit);
  }

  /** With one more variable. */
  public Run with(String name, String value) {
    Map<String, String> all = new LinkedHashMap<>(environment);
    all.put(name, value);
    return new Run(command, directory, Map.copyOf(all), log, input, limit);
  }

  /** Appends all that it says to this file instead of keeping it. */
  public Run to(Path file) {
    return new Run(command, directory, environment, Optional.of(file), input, limit);
  }

  /** With this on its standard input. */
  public Run reading(String text) {
    return new Run(
        command,
        directory,
        environment,
        log,
        Optional.of(text.getBytes(StandardCharsets.UTF_8)),
        limit);
  }

  /** Killed when it takes longer. */
  public Run within(Duration most) {
    return new Run(command, directory, environment, log, input, most);
  }

  /**
   * Standard output of a command that ends well; anything else is an {@link IllegalStateException}.
   */
  public String output() {
    Result result = now();
    if (!result.ok()) {
      String said = result.err().isBlank() ? result.out() : result.err();
      throw new IllegalStateException(
          "'%s' ended with %d%s"
              .formatted(
                  String.join(" ", command),
                  result.exit(),
                  log.map(file -> ", see " + file).orElse(": " + said.strip())));
    }
    return result.out();
  }

  /**
   * Standard output of a command that ends well; empty when there is no such command, or it fails.
   */
  public Optional<String> tryOutput() {
    try {
      Result result = now();
      return result.ok() ? Optional.of(result.out()) : Optional.empty();
    } catch (UncheckedIOException absent) {
      return Optional.empty();
    }
  }

  /** Runs it to its end. 124 is the exit of one that was killed for time. */
  public Result now() {
    try {
      Path out = Files.createTempFile("acceld-run", ".out");
      Path err = Files.createTempFile("acceld-run", ".err");
      try {
        return run(out, err);
      } finally {
        Files.deleteIfExists(out);
        Files.deleteIfExists(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Result run(Path out, Path err) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command));
    directory.ifPresent(where -> builder.directory(where.toFile()));
    builder.environment().putAll(environment);
    log.ifPresentOrElse(
        file ->
            builder
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(file.toFile())),
        () -> builder.redirectOutput(out.toFile()).redirectError(err.toFile()));
    Process process = builder.start();
    try (var stdin = process.getOutputStream()) {
      if (input.isPresent()) {
        stdin.write(input.get());
      }
    } catch (IOException e) {
      // It did not want it all; its exit tells the rest.
    }
    boolean ended;
    try {
      ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      kill(process);
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted in '" + String.join(" ", command) + "'", e);
    }
    if (!ended) {
      kill(process);
    }
    return new Result(
        ended ? process.exitValue() : 124, Files.readString(out), Files.readString(err));
  }

  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** Whether this machine has a command of that name. */
  public static boolean exists(String name) {
    return find(name).isPresent();
  }

  /** Where this machine has a command of that name. */
  public static Optional<Path> find(String name) {
    String path = System.getenv().getOrDefault("PATH", "") + ":/usr/local/go/bin:/usr/sbin:/sbin";
    for (String directory : path.split(":", -1)) {
      Path file = Path.of(directory.isEmpty() ? "." : directory, name);
      if (Files.isExecutable(file) && !Files.isDirectory(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }
}
