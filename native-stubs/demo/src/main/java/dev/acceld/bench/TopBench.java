package dev.acceld.bench;

import dev.acceld.fake.apiserver.ApiKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How long a person waits for {@code acceld top} on a terminal, from the command to the frame with
 * all GPUs, beside a JVM that does nothing; and the CPU time that it takes while it is open.
 */
final class TopBench {
  private static final String NODE = "bench-node";
  private static final String LAST_GPU = "gpu-7";
  private static final int WARM_UP = 2;
  private static final int LOOK_MILLIS = 50;

  /** What a JVM does once, after its start, is not what an open view takes. */
  private static final Duration SETTLE = Duration.ofSeconds(10);

  private static final Duration OPEN = Duration.ofSeconds(60);

  private final PrintStream out;
  private final int times;

  TopBench(PrintStream out, int times) {
    this.out = out;
    this.times = times;
  }

  void run() throws Exception {
    try (BenchStage stage = new BenchStage(Optional.empty(), NODE);
        AgentProcess agent = stage.agent()) {
      while (stage.fake().orElseThrow().all(ApiKind.SLICES).isEmpty()) {
        if (!agent.alive()) {
          throw new IOException("the agent ended: " + agent.log());
        }
        Thread.sleep(LOOK_MILLIS);
      }
      String top = launcher() + " top --state-dir=" + stage.dir().resolve("state");
      String java = Path.of(System.getProperty("java.home"), "bin", "java") + " -version";
      Percentiles frames = new Percentiles(times);
      Percentiles printed = new Percentiles(times);
      Percentiles empty = new Percentiles(times);
      for (int i = -WARM_UP; i < times; i++) {
        long frame = until(top, LAST_GPU);
        long once = until(top + " --once", LAST_GPU);
        long nothing = until(java, "VM");
        if (i >= 0) {
          frames.add(frame);
          printed.add(once);
          empty.add(nothing);
        }
      }
      out.println(Percentiles.head());
      out.println(frames.row("top: first frame"));
      out.println(printed.row("top --once: printed"));
      out.println(empty.row("java -version, for comparison"));
      open(top);
    }
  }

  /** Lets it stay open; what is on the terminal is read and thrown away. */
  private void open(String top) throws Exception {
    Process process = onTerminal(top).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    try {
      Thread.sleep(SETTLE);
      Duration before = cpu(process);
      long start = System.nanoTime();
      Thread.sleep(OPEN);
      double share =
          (cpu(process).toNanos() - before.toNanos()) * 100.0 / (System.nanoTime() - start);
      quit(process.getOutputStream());
      out.println("%ntop that stays open, one answer a second: %.2f %% of a core".formatted(share));
    } finally {
      process.destroy();
      process.waitFor();
    }
  }

  /** CPU time of all that a terminal runs. */
  private static Duration cpu(Process terminal) throws IOException {
    List<Duration> all =
        terminal.descendants().flatMap(p -> p.info().totalCpuDuration().stream()).toList();
    if (all.isEmpty()) {
      throw new IOException("top has ended");
    }
    return all.stream().reduce(Duration.ZERO, Duration::plus);
  }

  private static String launcher() throws IOException {
    return Optional.ofNullable(System.getProperty("acceld.launcher"))
        .orElseThrow(() -> new IOException("run this through agent/bin/bench"));
  }

  /** Nanoseconds from the start of a command on a terminal until it shows the text. */
  private static long until(String command, String text) throws Exception {
    long start = System.nanoTime();
    Process process = onTerminal(command).start();
    StringBuilder shown = new StringBuilder();
    try (InputStream in = process.getInputStream();
        OutputStream keys = process.getOutputStream()) {
      byte[] some = new byte[16 * 1024];
      int read;
      while ((read = in.read(some)) >= 0) {
        shown.append(new String(some, 0, read, StandardCharsets.UTF_8));
        if (shown.indexOf(text) >= 0) {
          long took = System.nanoTime() - start;
          quit(keys);
          in.transferTo(OutputStream.nullOutputStream());
          return took;
        }
      }
    } finally {
      process.destroy();
      process.waitFor();
    }
    throw new IOException("'" + command + "' does not show " + text + ": " + shown);
  }

  private static ProcessBuilder onTerminal(String command) {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of("script", "-qec", "stty rows 40 columns 132; exec " + command, "/dev/null"));
    builder.environment().put("TERM", "xterm-256color");
    return builder.redirectErrorStream(true);
  }

  private static void quit(OutputStream keys) {
    try {
      keys.write('q');
      keys.flush();
    } catch (IOException e) {
      // What reads no keys has ended already.
    }
  }
}
