package dev.acceld.chart;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Prometheus' tool for rules, where this machine has one; tests that need it are skipped and say
 * so.
 */
final class Promtool {
  private static final long LIMIT_SECONDS = 120;

  private final Path program;

  private Promtool(Path program) {
    this.program = program;
  }

  /** The one on the path or of the cluster tests; or skips the test. */
  static Promtool orSkip() {
    String cache =
        Optional.ofNullable(System.getenv("ACCELD_E2E_CACHE"))
            .orElse(System.getProperty("user.home") + "/.cache/acceld/e2e");
    return Stream.concat(
            Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .map(place -> Path.of(place, "promtool")),
            Stream.of(Path.of(cache, "tree-forky/usr/bin/promtool")))
        .filter(Files::isExecutable)
        .findFirst()
        .map(Promtool::new)
        .orElseGet(() -> {
          String none = "there is no promtool on the path or in the cluster tests' cache";
          System.out.println("What the alerts do is NOT tested: " + none);
          return abort(none);
        });
  }

  /** Runs it in that directory; an empty text when all is well, else what it says. */
  String complaints(Path directory, String... arguments) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(program.toString()));
    line.addAll(List.of(arguments));
    Path out = Files.createTempFile("promtool", ".out");
    try {
      Process process =
          new ProcessBuilder(line)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return "promtool did not end within " + LIMIT_SECONDS + " s";
      }
      String said = Files.readString(out, StandardCharsets.UTF_8);
      return process.exitValue() == 0 ? "" : said + "\nexit status " + process.exitValue();
    } finally {
      Files.delete(out);
    }
  }
}
