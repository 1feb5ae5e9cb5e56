package dev.acceld.e2e.dashboards;

import dev.acceld.e2e.components.NotPossibleException;
import dev.acceld.e2e.hour.HourMain;
import dev.acceld.e2e.install.Sources;
import dev.acceld.tools.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * The recorded hour.
 *
 * @param samples a file in the OpenMetrics format
 * @param start when the hour began
 * @param published the published names of devices by node and the machine's name: {@code
 *     gpu-1/gpu-3}
 */
public record Hour(Path samples, Instant start, Map<String, String> published) {
  /** How long it is. */
  public static final int MINUTES = 60;

  /**
   * How fast the time of the agents runs. Twice as fast, and a busy machine with two cores makes
   * calls late that have a deadline of seconds.
   */
  private static final int FACTOR = Integer.getInteger("acceld.e2e.hour.factor", 10);

  private static final Duration LIMIT = Duration.ofMinutes(15);

  /** Copies. */
  public Hour {
    published = Map.copyOf(published);
  }

  /** The time at that minute. */
  public Instant at(int minute) {
    return start.plusSeconds(60L * minute);
  }

  /** The published name of a device of a node. */
  public String device(String node, String name) {
    String found = published.get(node + "/" + name);
    if (found == null) {
      throw new IllegalArgumentException("no " + name + " on " + node + ": " + published);
    }
    return found;
  }

  /** Plays the hour, which takes some minutes, and records it in that directory. */
  public static Hour record(Path directory) throws IOException {
    Path library = directory.resolve("libfasttime.so");
    Path source = Sources.root().resolve("daemonset/e2e/src/test/c/fasttime.c");
    Run.of("cc", "-O2", "-shared", "-fPIC", "-o", library.toString(), source.toString(), "-ldl")
        .output();
    Path log = directory.resolve("hour.log");
    Files.deleteIfExists(log);
    long whole = Duration.ofMinutes(2L * MINUTES).toSeconds();
    Path scenery = Files.createTempDirectory("hour");
    try {
      Run.of(
              ProcessHandle.current().info().command().orElse("java"),
              "--enable-native-access=ALL-UNNAMED",
              "--sun-misc-unsafe-memory-access=allow",
              "-Xmx700m",
              "-XX:+UseSerialGC",
              "-XX:TieredStopAtLevel=1",
              "-cp",
              classPath(),
              HourMain.class.getName(),
              directory.toString(),
              scenery.toString())
          .with("LD_PRELOAD", library.toString())
          .with("FASTTIME_FACTOR", Integer.toString(FACTOR))
          .with("FASTTIME_START", Long.toString(Instant.now().getEpochSecond() - whole))
          .within(LIMIT)
          .to(log)
          .output();
    } finally {
      Run.of("rm", "-rf", scenery.toString()).now();
    }
    return read(directory);
  }

  /** One that was recorded before. */
  public static Hour read(Path directory) throws IOException {
    Properties facts = new Properties();
    try (var in = Files.newBufferedReader(directory.resolve("hour.properties"))) {
      facts.load(in);
    }
    Map<String, String> published =
        facts.stringPropertyNames().stream()
            .filter(key -> key.contains("/"))
            .collect(Collectors.toMap(key -> key, key -> facts.getProperty(key, "")));
    return new Hour(
        directory.resolve("hour.om"),
        Instant.ofEpochSecond(Long.parseLong(facts.getProperty("start", ""))),
        published);
  }

  /** Failsafe starts a JVM with another one than that of the tests. */
  private static String classPath() {
    String own =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", ""));
    if (own.isEmpty()) {
      throw new NotPossibleException("the class path of the tests is not known");
    }
    return own;
  }
}
