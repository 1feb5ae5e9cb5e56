package dev.acceld.bench;

import dev.acceld.fake.apiserver.ApiKind;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** What the agent costs its node: start, memory, CPU with eight GPUs sampled once a second. */
final class FootprintBench {
  private static final String NODE = "bench-node";
  private static final int STARTS = 5;
  private static final long LOOK_MILLIS = 2;

  private final PrintStream out;
  private final int seconds;

  FootprintBench(PrintStream out, int seconds) {
    this.out = out;
    this.seconds = seconds;
  }

  void run() throws Exception {
    Percentiles sockets = new Percentiles(STARTS);
    Percentiles stored = new Percentiles(STARTS);
    for (int i = 0; i < STARTS; i++) {
      try (BenchStage stage = new BenchStage(Optional.empty(), NODE);
          AgentProcess agent = stage.agent()) {
        start(stage, agent, sockets, stored);
        if (i == STARTS - 1) {
          steady(agent);
        }
      }
    }
    out.println("starts (launcher to registration socket; registered to slice stored)");
    out.println(Percentiles.head());
    out.println(sockets.row("start to socket"));
    out.println(stored.row("registered to slice stored"));
  }

  private static void start(
      BenchStage stage, AgentProcess agent, Percentiles sockets, Percentiles stored)
      throws Exception {
    while (!hasSocket(stage.registry())) {
      if (!agent.alive()) {
        throw new IOException("the agent ended: " + agent.log());
      }
      Thread.sleep(LOOK_MILLIS);
    }
    sockets.add((long) (agent.secondsSinceStart() * 1e9));
    stage.kubelet().awaitRegistered(BenchStage.DRIVER, Duration.ofSeconds(20));
    long registered = System.nanoTime();
    while (stage.fake().orElseThrow().all(ApiKind.SLICES).isEmpty()) {
      Thread.sleep(LOOK_MILLIS);
    }
    stored.add(System.nanoTime() - registered);
  }

  private void steady(AgentProcess agent) throws Exception {
    Thread.sleep(10_000);
    double cpu = agent.cpuSeconds();
    long start = System.nanoTime();
    Thread.sleep(seconds * 1000L);
    double share = (agent.cpuSeconds() - cpu) / ((System.nanoTime() - start) / 1e9);
    out.printf(
        Locale.ROOT,
        "steady state over %d s, eight GPUs at 1 Hz: RSS %.1f MiB (%.1f MiB anonymous),"
            + " CPU %.2f %% of a core%n",
        seconds,
        agent.rssMiB(),
        agent.anonymousMiB(),
        100 * share);
  }

  private static boolean hasSocket(Path registry) throws IOException {
    if (!Files.isDirectory(registry)) {
      return false;
    }
    try (DirectoryStream<Path> sockets = Files.newDirectoryStream(registry, "*.sock")) {
      return sockets.iterator().hasNext();
    }
  }
}
