package dev.acceld.agent.browser;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A headless Chromium: that of the property {@code acceld.browser}, or the first on the path. Where
 * there is none, the test is skipped and says so.
 */
final class Chromium implements AutoCloseable {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
  private static final String LISTENS = "DevTools listening on ws://";

  private final Process process;
  private final Path profile;
  private final String address;

  private Chromium(Process process, Path profile, String address) {
    this.process = process;
    this.profile = profile;
    this.address = address;
  }

  static Chromium start() throws IOException {
    Optional<Path> program = find();
    assumeTrue(
        program.isPresent(),
        "no Chromium on the path (install it, or set -Dacceld.browser=PATH): the status page is not"
            + " tested in a browser");
    Path profile = Files.createTempDirectory("acceld-chromium");
    Process process =
        new ProcessBuilder(
                program.orElseThrow().toString(),
                "--headless=new",
                "--no-sandbox", // root, as in CI, can have none; only the agent's pages are opened
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    BufferedReader said = process.errorReader(StandardCharsets.UTF_8);
    List<String> lines = new ArrayList<>();
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      if (line.startsWith(LISTENS)) {
        String rest = line.substring(LISTENS.length());
        Thread.ofPlatform().daemon().start(() -> said.lines().forEach(ignored -> {}));
        return new Chromium(process, profile, rest.substring(0, rest.indexOf('/')));
      }
      lines.add(line);
    }
    throw new IOException("Chromium does not start: " + lines);
  }

  private static Optional<Path> find() {
    String named = System.getProperty("acceld.browser", "");
    if (!named.isEmpty()) {
      return Optional.of(Path.of(named));
    }
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      for (String name : NAMES) {
        Path candidate = Path.of(folder, name);
        if (Files.isExecutable(candidate)) {
          return Optional.of(candidate);
        }
      }
    }
    return Optional.empty();
  }

  /** A tab of its own. */
  Tab tab() throws Exception {
    return Tab.open(address);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    all.forEach(ProcessHandle::destroyForcibly);
    for (ProcessHandle child : all) {
      child.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }
    try (var files = Files.walk(profile)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
