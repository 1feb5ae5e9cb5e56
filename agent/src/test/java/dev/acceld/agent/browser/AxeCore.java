package dev.acceld.agent.browser;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Deque's axe-core, which finds what keeps people from using a page. npm installs it once below the
 * user's cache directory; where it cannot, the test is skipped and says so.
 */
record AxeCore(String source) {
  private static final String VERSION = "4.14.1";

  static AxeCore load() throws IOException, InterruptedException {
    String xdg = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
    Path caches = xdg.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg);
    Path folder = Files.createDirectories(caches.resolve("acceld/axe-core-" + VERSION));
    Path file = folder.resolve("node_modules/axe-core/axe.min.js");
    if (!Files.exists(file)) {
      assumeTrue(
          installed(folder),
          "npm cannot install axe-core " + VERSION + ": the accessibility is not tested");
    }
    return new AxeCore(Files.readString(file));
  }

  private static boolean installed(Path folder) throws InterruptedException {
    try {
      Process npm =
          new ProcessBuilder(
                  "npm",
                  "install",
                  "--no-audit",
                  "--no-fund",
                  "--ignore-scripts",
                  "--prefix",
                  folder.toString(),
                  "axe-core@" + VERSION)
              .redirectErrorStream(true)
              .start();
      String said = new String(npm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean done = npm.waitFor(5, TimeUnit.MINUTES) && npm.exitValue() == 0;
      if (!done) {
        System.err.println(said);
      }
      return done;
    } catch (IOException e) {
      return false; // there is no npm
    }
  }

  /** What is wrong with the page: a line for each rule, with the first elements. */
  List<String> violations(Tab tab) throws Exception {
    JsonNode found =
        tab.evaluate(
            source
                + ";axe.run().then(r => r.violations.map(v => v.id + ' (' + v.impact + '): '"
                + " + v.nodes.slice(0, 3).map(n => n.target + ' ' + n.failureSummary).join('; ')))");
    List<String> all = new ArrayList<>();
    found.forEach(each -> all.add(each.asText()));
    return all;
  }
}
