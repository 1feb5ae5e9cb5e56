package dev.acceld.agent.hurt;

import static org.assertj.core.api.Assertions.fail;

import dev.acceld.agent.config.Setting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * One agent as a process of its own, started as its users start it: from the built distribution
 * where the property {@code acceld.dist} names it, else from this test's own class path. It can be
 * killed, stopped, and starved.
 */
public final class HurtAgent implements AutoCloseable {
  private static final Pattern SERVING = Pattern.compile("serving http://127\\.0\\.0\\.1:(\\d+)/");
  private static final long LEAVE_SECONDS = 60;

  private final Process process;
  private final Path log;
  private final Map<Setting, String> settings;

  private HurtAgent(Process process, Path log, Map<Setting, String> settings) {
    this.process = process;
    this.log = log;
    this.settings = settings;
  }

  static HurtAgent start(
      Path log,
      Map<Setting, String> settings,
      int cpus,
      boolean withoutPrivileges,
      List<String> jvm)
      throws IOException {
    List<String> command = new ArrayList<>();
    if (withoutPrivileges && root()) {
      command.addAll(List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search"));
    }
    if (Files.isExecutable(Path.of("/usr/bin/taskset"))) {
      command.addAll(List.of("/usr/bin/taskset", "-c", cpus == 1 ? "0" : "0-" + (cpus - 1)));
    }
    command.addAll(java(cpus, jvm));
    command.add("run");
    settings.forEach((setting, value) -> command.add(setting.flag() + "=" + value));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    return new HurtAgent(process, log, settings);
  }

  private static boolean root() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static List<String> java(int cpus, List<String> jvm) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    String link = System.getProperty("acceld.dist");
    if (link == null) {
      Path options = Path.of("src/main/dist/jvm.options").toAbsolutePath();
      try (Stream<String> lines = Files.lines(options)) {
        // JNA's native part is in its jar.
        lines.filter(o -> o.startsWith("-") && !o.contains("jna.no")).forEach(command::add);
      }
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    } else {
      String dist = Path.of(link).toRealPath().toString(); // a rebuild moves the link
      command.add("@" + dist + "/jvm.options");
      command.add("-Djna.boot.library.path=" + dist + "/native");
      command.add("-XX:AOTCache=" + dist + "/acceld.aot");
      command.addAll(List.of("-cp", dist + "/lib/agent.jar"));
    }
    command.add("-XX:ActiveProcessorCount=" + cpus);
    command.addAll(jvm);
    command.add("dev.acceld.agent.cli.Main");
    return command;
  }

  /** The process's number. */
  public long pid() {
    return process.pid();
  }

  /** Whether it runs. */
  public boolean alive() {
    return process.isAlive();
  }

  /** What it has logged so far. */
  public String log() throws IOException {
    return Files.readString(log, StandardCharsets.UTF_8);
  }

  /** Where it serves HTTP; waits until it says so. */
  public int port() {
    return Awaitility.await("an agent that serves HTTP")
        .atMost(HurtStage.PATIENCE)
        .until(
            () -> {
              Matcher serving = SERVING.matcher(log());
              if (!alive() && !serving.find(0)) {
                fail("the agent has ended:\n" + log());
              }
              return serving.find(0) ? Integer.parseInt(serving.group(1)) : 0;
            },
            port -> port > 0);
  }

  /** One request on a connection of its own, as the kubelet's probes do it. */
  public Optional<HttpProbe.Answer> get(String path, Duration within) {
    return HttpProbe.get(port(), path, within);
  }

  /** Waits until readiness says 200. */
  public void awaitReady(Duration within) throws IOException {
    try {
      Awaitility.await()
          .atMost(within)
          .pollInterval(Duration.ofMillis(200))
          .until(() ->
              get("/readyz", Duration.ofSeconds(10)).filter(a -> a.status() == 200).isPresent());
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      fail("not ready: " + get("/readyz", Duration.ofSeconds(10)) + "\n" + log(), e);
    }
  }

  /** The value of a series of {@code /metrics} by its text up to the value, if it is there. */
  public Optional<Double> metric(String series) {
    return get("/metrics", Duration.ofSeconds(30)).stream()
        .flatMap(answer -> answer.body().lines())
        .filter(line -> line.startsWith(series + " "))
        .map(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .findFirst();
  }

  /** Runs another command of acceld with this agent's state directory; what it prints. */
  public String command(String... words) throws IOException, InterruptedException {
    List<String> command = java(2, List.of());
    command.addAll(List.of(words));
    command.addAll(List.of("--state-dir", settings.get(Setting.STATE_DIR)));
    Process asked = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    asked.waitFor();
    return said;
  }

  /** SIGKILL: no last words. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Sends a signal by its name. */
  public void signal(String name) throws IOException, InterruptedException {
    run("kill", "-" + name, Long.toString(pid()));
  }

  /**
   * Changes a limit of the running process.
   *
   * @param resource {@code nofile}, {@code as}, {@code fsize} and so on, as prlimit calls it
   * @param soft the new soft limit; the hard one stays
   */
  public void limit(String resource, String soft) throws IOException, InterruptedException {
    run("prlimit", "--pid", Long.toString(pid()), "--" + resource + "=" + soft + ":");
  }

  /** How many files it has open. */
  public int files() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc/" + pid() + "/fd"))) {
      return (int) files.count();
    }
  }

  /** A value of {@code /proc/PID/status} in kB, such as {@code VmSize}. */
  public long kilobytes(String name) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid() + "/status"))) {
      return lines
          .filter(line -> line.startsWith(name + ":"))
          .map(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    }
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said);
    }
  }

  /** SIGTERM, and SIGKILL if it does not leave. */
  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(LEAVE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
