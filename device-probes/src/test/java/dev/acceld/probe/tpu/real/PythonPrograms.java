package dev.acceld.probe.tpu.real;

import dev.acceld.probe.tpu.real.Programs.Said;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Packages from PyPI in a virtual environment of their own, which stays from one run to the next
 * ({@code acceld/real-clients} below the user's cache directory, or {@code
 * acceld.real-clients.cache}). Where it cannot be made, the test is skipped and says so.
 *
 * @param environment its directory
 */
public record PythonPrograms(Path environment) {
  /** Google's {@code tpu-info}. */
  public static final List<String> TPU_INFO = List.of("tpu-info==0.14.2");

  /** JAX and libtpu, of which it asks what a slice looks like. */
  public static final List<String> JAX = List.of("jax==0.10.2", "libtpu==0.0.52");

  private static final Duration DOWNLOAD = Duration.ofMinutes(8);
  private static final Duration SHORT = Duration.ofMinutes(2);

  /** With those packages, which are installed where they are not yet. */
  public static PythonPrograms with(List<String> packages) throws Exception {
    return with(packages, List.of());
  }

  /**
   * The same.
   *
   * @param fromSource names of those of them that PyPI has as source only
   */
  public static PythonPrograms with(List<String> packages, List<String> fromSource)
      throws Exception {
    Path environment = cache().resolve(String.join("-", packages).replace("==", "-"));
    Files.createDirectories(environment);
    try (FileChannel channel =
            FileChannel.open(
                environment.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = channel.lock()) {
      Path mark = environment.resolve(".complete");
      PythonPrograms programs = new PythonPrograms(environment);
      if (!Files.exists(mark) || !Files.isExecutable(programs.python())) {
        Files.deleteIfExists(mark);
        programs.install(packages, fromSource);
        Files.createFile(mark);
      }
      return programs;
    }
  }

  private static Path cache() {
    String property = System.getProperty("acceld.real-clients.cache", "");
    if (!property.isEmpty()) {
      return Path.of(property).toAbsolutePath();
    }
    String xdg = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
    Path caches = xdg.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg);
    return caches.resolve("acceld/real-clients").toAbsolutePath();
  }

  private void install(List<String> packages, List<String> fromSource) throws Exception {
    Said version = Programs.run(SHORT, Map.of(), List.of("python3", "--version"));
    Programs.assume(version.status() == 0, "there is no Python 3: " + version.lastLine());
    Said made =
        Programs.run(
            SHORT,
            Map.of(),
            List.of("python3", "-m", "venv", "--clear", environment.resolve("venv").toString()));
    Programs.assume(made.status() == 0, "python3 makes no virtual environment: " + made.lastLine());
    List<String> pip =
        new ArrayList<>(
            List.of(
                python().toString(),
                "-m",
                "pip",
                "install",
                "-q",
                "--disable-pip-version-check",
                "--only-binary=:all:"));
    fromSource.forEach(name -> pip.add("--no-binary=" + name));
    pip.addAll(packages);
    Said installed = Programs.run(DOWNLOAD, Map.of(), pip);
    Programs.assume(
        installed.status() == 0,
        "pip cannot install " + String.join(" ", packages) + ": " + installed.lastLine());
  }

  Path python() {
    return command("python");
  }

  /** A command of one of the packages. */
  public Path command(String name) {
    return environment.resolve("venv/bin").resolve(name);
  }

  /** Runs a script that lies beside this class. */
  public Said script(String name, Map<String, String> env, List<String> arguments)
      throws Exception {
    Path script = Files.createTempFile("acceld-", ".py");
    try {
      Files.writeString(script, resource(name));
      List<String> command = new ArrayList<>(List.of(python().toString(), script.toString()));
      command.addAll(arguments);
      return Programs.run(SHORT, env, command);
    } finally {
      Files.delete(script);
    }
  }

  static String resource(String name) throws IOException {
    try (InputStream in = PythonPrograms.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("there is no " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
