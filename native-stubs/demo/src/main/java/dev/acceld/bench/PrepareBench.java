package dev.acceld.bench;

import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.ClusterConnection;
import dev.acceld.dra.cluster.ClusterRequests;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.kubelet.FakeKubelet;
import dev.acceld.fake.kubelet.PrepareAnswer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The whole path of a claim: gRPC on the socket, GET from an API server, CDI file, durable record;
 * one at a time and eight in flight, beside what its two dearest steps cost by themselves in the
 * same run. The agent's CPU time is that of its process, in which nothing but the agent runs: the
 * fake API server, the fake kubelet and the bare steps are in the benchmark's own.
 */
final class PrepareBench {
  private static final int IN_FLIGHT = 8;
  private static final int WARM_UP = 400;
  private static final Duration GET_TIMEOUT = Duration.ofSeconds(10);

  private final PrintStream out;
  private final int times;
  private final boolean partitions;

  /** With partitions made on demand, or with whole GPUs. */
  PrepareBench(PrintStream out, int times, boolean partitions) {
    this.out = out;
    this.times = times;
    this.partitions = partitions;
  }

  void run(Optional<String> realKubeconfig) throws Exception {
    String node = Optional.ofNullable(System.getenv("NODE_NAME")).orElse("bench-node");
    if (realKubeconfig.isPresent() && System.getenv("NODE_NAME") == null) {
      throw new IllegalArgumentException(
          "with a KUBECONFIG, name one of the cluster's nodes in NODE_NAME");
    }
    try (BenchStage stage = new BenchStage(realKubeconfig, node);
        AgentProcess agent =
            stage.agent(partitions ? List.of("--nvidia-mig-on-demand", "all") : List.of())) {
      out.println(
          (realKubeconfig.isPresent() ? "API server of " + realKubeconfig.get() : "fake API server")
              + ", node "
              + node
              + ", "
              + times
              + " claims");
      BenchClaims claims =
          new BenchClaims(
              ClusterRequests.open(stage.kubeconfig(), "acceld-bench"), BenchStage.DRIVER, node);
      stage.kubelet().awaitRegistered(BenchStage.DRIVER, Duration.ofSeconds(30));
      List<String> devices = claims.devices(partitions);
      while (devices.size() < IN_FLIGHT) {
        if (!agent.alive()) {
          throw new IOException("the agent ended: " + agent.log());
        }
        Thread.sleep(50);
        devices = claims.devices(partitions);
      }
      List<ClaimId> made = new ArrayList<>();
      try {
        for (int i = 0; i < IN_FLIGHT; i++) {
          made.add(claims.create("bench-" + System.nanoTime() + "-" + i, devices.get(i)));
        }
        measure(stage, agent, made);
      } finally {
        for (ClaimId claim : made) {
          claims.delete(claim);
        }
      }
    }
  }

  private void measure(BenchStage stage, AgentProcess agent, List<ClaimId> claims)
      throws Exception {
    FakeKubelet kubelet = stage.kubelet();
    Step nothing = () -> {};
    inFlight(kubelet, claims, WARM_UP, new Percentiles(WARM_UP), new Percentiles(WARM_UP));
    Percentiles prepare = new Percentiles(times);
    Percentiles unprepare = new Percentiles(times);
    Percentiles get = new Percentiles(times);
    Percentiles record = new Percentiles(times);
    ClusterConnection cluster =
        ClusterConnection.open(Optional.of(stage.kubeconfig()), Map.of(), "bench");
    String phases;
    double oneCpu;
    try (ClusterApi api = cluster.api().orElseThrow()) {
      ClaimId claim = claims.getFirst();
      Path bare = Files.createDirectories(stage.dir().resolve("bare"));
      // In turn with the prepares, so that all four meet the same caches and the same neighbours.
      Step limits =
          () -> {
            long start = System.nanoTime();
            api.getClaim(claim.namespace(), claim.name(), GET_TIMEOUT);
            get.add(System.nanoTime() - start);
            record.add(BareRecord.write(bare, "bare-" + record.count() % IN_FLIGHT));
          };
      rounds(kubelet, claim, WARM_UP, new Percentiles(WARM_UP), new Percentiles(WARM_UP), nothing);
      Phases before = Phases.of(stage.metricsUrl());
      double cpu = agent.cpuSeconds();
      rounds(kubelet, claim, times, prepare, unprepare, limits);
      oneCpu = agent.cpuSeconds() - cpu;
      phases = Phases.of(stage.metricsUrl()).since(before);
    }
    Percentiles prepare8 = new Percentiles(times);
    Percentiles unprepare8 = new Percentiles(times);
    double cpu = agent.cpuSeconds();
    double seconds = inFlight(kubelet, claims, times, prepare8, unprepare8);
    double eightCpu = agent.cpuSeconds() - cpu;

    out.println(Percentiles.head());
    out.println(prepare.row("prepare, one at a time"));
    out.println(unprepare.row("unprepare, one at a time"));
    out.println(get.row("bare GET of a claim, same client"));
    out.println(record.row("bare durable record"));
    out.println(prepare8.row("prepare, eight in flight"));
    out.println(unprepare8.row("unprepare, eight in flight"));
    out.println("prepare in the agent, averages by phase: " + phases);
    out.printf(
        Locale.ROOT,
        "prepare / (GET + record): p50 %.2f, p99 %.2f%n",
        prepare.at(0.5) / (get.at(0.5) + record.at(0.5)),
        prepare.at(0.99) / (get.at(0.99) + record.at(0.99)));
    out.printf(
        Locale.ROOT,
        "CPU of the agent for a claim, prepared and unprepared: %.2f ms one at a time, %.2f ms"
            + " eight in flight%n",
        1000 * oneCpu / prepare.count(),
        1000 * eightCpu / prepare8.count());
    out.printf(
        Locale.ROOT,
        "eight in flight: %.0f claims/s prepared and unprepared; agent's RSS %.1f MiB, of which"
            + " %.1f MiB anonymous%n",
        prepare8.count() / seconds,
        agent.rssMiB(),
        agent.anonymousMiB());
  }

  /** What is done after each round. */
  private interface Step {
    void run() throws Exception;
  }

  private static void rounds(
      FakeKubelet kubelet,
      ClaimId claim,
      int n,
      Percentiles prepare,
      Percentiles unprepare,
      Step after)
      throws Exception {
    List<ClaimId> one = List.of(claim);
    for (int i = 0; i < n; i++) {
      long start = System.nanoTime();
      PrepareAnswer answer = kubelet.prepare(BenchStage.DRIVER, one).get(claim.uid());
      long prepared = System.nanoTime();
      if (answer == null || !answer.error().isEmpty() || answer.devices().size() != 1) {
        throw new IOException("prepare: " + answer);
      }
      Map<String, String> errors = kubelet.unprepare(BenchStage.DRIVER, one);
      unprepare.add(System.nanoTime() - prepared);
      prepare.add(prepared - start);
      if (!errors.getOrDefault(claim.uid(), "no answer").isEmpty()) {
        throw new IOException("unprepare: " + errors);
      }
      after.run();
    }
  }

  /** Each thread works on a device of its own; the seconds that all took together. */
  private static double inFlight(
      FakeKubelet kubelet, List<ClaimId> claims, int n, Percentiles prepare, Percentiles unprepare)
      throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(claims.size())) {
      long start = System.nanoTime();
      List<Future<?>> all = new ArrayList<>();
      for (ClaimId claim : claims) {
        all.add(
            threads.submit(() -> {
              rounds(kubelet, claim, n / claims.size(), prepare, unprepare, () -> {});
              return null;
            }));
      }
      for (Future<?> one : all) {
        one.get();
      }
      return (System.nanoTime() - start) / 1e9;
    }
  }
}
