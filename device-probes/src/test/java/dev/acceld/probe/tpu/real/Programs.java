package dev.acceld.probe.tpu.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Runs other programs. */
public final class Programs {
  private Programs() {}

  /**
   * What a program has said, on both of its outputs.
   *
   * @param status 127 where there is no such program, 124 where it did not end in time
   */
  public record Said(int status, String text) {
    /** The last line that is not empty; pip and others put the reason there. */
    public String lastLine() {
      return text.lines().filter(line -> !line.isBlank()).reduce("", (a, b) -> b).strip();
    }
  }

  /**
   * Runs a program without the caller's variables that are about TPUs.
   *
   * @param env variables to set
   */
  public static Said run(Duration patience, Map<String, String> env, List<String> command)
      throws IOException, InterruptedException {
    Path log = Files.createTempFile("acceld-", ".log");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(log.toFile());
      Map<String, String> all = builder.environment();
      all.keySet().removeIf(name -> name.contains("TPU_") || name.contains("HOST_BOUNDS"));
      all.putAll(env);
      Process process;
      try {
        process = builder.start();
      } catch (IOException e) {
        return new Said(127, String.valueOf(e.getMessage()));
      }
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
        return new Said(
            124, Files.readString(log) + "\nnot ready after " + patience.toSeconds() + " s");
      }
      return new Said(process.exitValue(), Files.readString(log));
    } finally {
      Files.delete(log);
    }
  }

  /** Skips the test, aloud, unless something is so. */
  public static void assume(boolean so, String otherwise) {
    if (!so) {
      System.err.println("SKIPPED: " + otherwise);
      Assumptions.abort(otherwise);
    }
  }
}
