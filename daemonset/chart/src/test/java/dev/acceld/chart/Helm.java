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
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Helm 3, where this machine has one; tests that need it are skipped and say so elsewhere. */
final class Helm {
  /** A helm that was built without its release flags takes itself for Kubernetes 1.20. */
  private static final String KUBERNETES = "1.37.0";

  private static final String NONE =
      "there is no helm on the path, in ACCELD_HELM or in the cluster tests' cache";
  private static final AtomicBoolean SAID = new AtomicBoolean();

  private final Path program;

  private Helm(Path program) {
    this.program = program;
  }

  /** The one of {@code ACCELD_HELM}, of the path, or of the cluster tests; or skips the test. */
  static Helm orSkip() {
    Optional<Path> found = find();
    if (found.isEmpty()) {
      if (!SAID.getAndSet(true)) {
        System.out.println("What the chart renders is NOT tested: " + NONE);
      }
      abort(NONE);
    }
    return new Helm(found.orElseThrow());
  }

  private static Optional<Path> find() {
    String named = env("ACCELD_HELM");
    if (named != null) {
      if (!Files.isExecutable(Path.of(named))) {
        throw new IllegalStateException("ACCELD_HELM names no program: " + named);
      }
      return Optional.of(Path.of(named));
    }
    List<Path> places = new ArrayList<>();
    for (String directory : System.getenv("PATH").split(File.pathSeparator, -1)) {
      places.add(Path.of(directory, "helm"));
    }
    places.add(cache().resolve("bin/helm"));
    return places.stream().filter(Files::isExecutable).findFirst();
  }

  private static Path cache() {
    String named = env("ACCELD_E2E_CACHE");
    if (named != null) {
      return Path.of(named);
    }
    String caches = env("XDG_CACHE_HOME");
    return (caches == null ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(caches))
        .resolve("acceld/e2e");
  }

  private static @Nullable String env(String name) {
    String value = System.getenv(name);
    return value == null || value.isBlank() ? null : value;
  }

  Path program() {
    return program;
  }

  /** Renders the chart as release {@code acceld} in {@code acceld-system}, hooks too. */
  Result template(String... options) throws IOException, InterruptedException {
    return template(KUBERNETES, options);
  }

  /** The same, for a cluster of that version. */
  Result templateFor(String kubernetes, String... options)
      throws IOException, InterruptedException {
    return template(kubernetes, options);
  }

  private Result template(String kubernetes, String... options)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of("template", "acceld", Tree.CHART.toString(), "--namespace", "acceld-system"));
    command.addAll(List.of("--kube-version", kubernetes));
    command.addAll(List.of(options));
    return run(command.toArray(String[]::new));
  }

  /** The objects as they would be installed. */
  Objects objects(String... options) throws IOException, InterruptedException {
    Result result = template(options);
    if (result.exit() != 0) {
      throw new IllegalStateException("helm template failed: " + result.err());
    }
    return new Objects(Tree.documents(result.out()));
  }

  Result run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile("helm", ".out");
    Path err = Files.createTempFile("helm", ".err");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      int exit = process.waitFor();
      return new Result(
          exit,
          Files.readString(out, StandardCharsets.UTF_8),
          Files.readString(err, StandardCharsets.UTF_8));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  /** What a run left. */
  record Result(int exit, String out, String err) {}
}
