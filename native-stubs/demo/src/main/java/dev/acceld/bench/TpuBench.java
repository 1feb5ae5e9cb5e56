package dev.acceld.bench;

import dev.acceld.dra.cluster.ClusterRequests;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.kubelet.FakeKubelet;
import dev.acceld.fake.kubelet.PrepareAnswer;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A host with eight TPU chips and every shape of them: a block of four chips against a single chip,
 * in turn in one run, and what the agent costs its node.
 */
final class TpuBench {
  private static final String NODE = "bench-node";
  private static final int TURN = 100;
  private static final int STEADY_SECONDS = 30;

  private final PrintStream out;
  private final int times;

  /**
   * Of a block and of a chip each.
   *
   * @param times claims, rounded up to whole turns
   */
  TpuBench(PrintStream out, int times) {
    this.out = out;
    this.times = times;
  }

  private static final class Measured {
    private final String what;
    private final ClaimId claim;
    private final Percentiles prepare;
    private double cpu;

    private Measured(String what, ClaimId claim, int times) {
      this.what = what;
      this.claim = claim;
      prepare = new Percentiles(times);
    }
  }

  void run() throws Exception {
    try (BenchStage stage = new BenchStage(Optional.empty(), NODE);
        AgentProcess agent =
            stage.agent(
                "tpu-v5ex8", List.of("--tpu-shapes", "all", "--rediscover-interval", "5s"))) {
      BenchClaims claims =
          new BenchClaims(
              ClusterRequests.open(stage.kubeconfig(), "acceld-bench"), BenchStage.DRIVER, NODE);
      stage.kubelet().awaitRegistered(BenchStage.DRIVER, Duration.ofSeconds(30));
      long registered = System.nanoTime();
      List<String> devices = claims.devices(false);
      while (devices.stream().noneMatch(name -> name.startsWith("tpu-2x4-"))) { // the last
        if (!agent.alive()) {
          throw new IOException("the agent ended: " + agent.log());
        }
        Thread.sleep(2);
        devices = claims.devices(false);
      }
      out.printf(
          Locale.ROOT,
          "tpu-v5ex8, all shapes: %d devices published, %.0f ms after the registration%n",
          devices.size(),
          (System.nanoTime() - registered) / 1e6);
      List<Measured> all =
          List.of(
              measured("one chip", claims, devices, "tpu-0000-"),
              measured("a 2x2 shape", claims, devices, "tpu-2x2-"));
      for (Measured each : all) { // warm
        turn(stage.kubelet(), agent, each, new Percentiles(4 * TURN), 4 * TURN);
        each.cpu = 0;
      }
      for (int done = 0; done < times; done += TURN) {
        for (Measured each : all) {
          turn(stage.kubelet(), agent, each, each.prepare, TURN);
        }
      }
      report(all);
      steady(agent);
    }
  }

  private Measured measured(String what, BenchClaims claims, List<String> devices, String prefix)
      throws IOException {
    String device =
        devices.stream()
            .filter(name -> name.startsWith(prefix))
            .findFirst()
            .orElseThrow(() -> new IOException("no device " + prefix + "… in " + devices));
    return new Measured(
        what, claims.create("bench-" + prefix + System.nanoTime(), device), times + TURN);
  }

  private static void turn(
      FakeKubelet kubelet, AgentProcess agent, Measured of, Percentiles prepare, int n)
      throws Exception {
    double before = agent.cpuSeconds();
    List<ClaimId> one = List.of(of.claim);
    for (int i = 0; i < n; i++) {
      long start = System.nanoTime();
      PrepareAnswer answer = kubelet.prepare(BenchStage.DRIVER, one).get(of.claim.uid());
      prepare.add(System.nanoTime() - start);
      if (answer == null || !answer.error().isEmpty() || answer.devices().size() != 1) {
        throw new IOException("prepare: " + answer);
      }
      Map<String, String> errors = kubelet.unprepare(BenchStage.DRIVER, one);
      if (!errors.getOrDefault(of.claim.uid(), "no answer").isEmpty()) {
        throw new IOException("unprepare: " + errors);
      }
    }
    of.cpu += agent.cpuSeconds() - before;
  }

  private void report(List<Measured> all) {
    out.println(Percentiles.head());
    all.forEach(each -> out.println(each.prepare.row("prepare " + each.what)));
    Measured chip = all.getFirst();
    Measured shape = all.getLast();
    out.printf(
        Locale.ROOT,
        "CPU of the agent for a claim: %.2f ms %s, %.2f ms %s; shape / chip: p50 %.2f, CPU %.2f%n",
        1000 * chip.cpu / chip.prepare.count(),
        chip.what,
        1000 * shape.cpu / shape.prepare.count(),
        shape.what,
        shape.prepare.at(0.5) / chip.prepare.at(0.5),
        shape.cpu / chip.cpu);
  }

  private void steady(AgentProcess agent) throws Exception {
    double cpu = agent.cpuSeconds();
    long start = System.nanoTime();
    Thread.sleep(STEADY_SECONDS * 1000L);
    out.printf(
        Locale.ROOT,
        "steady state over %d s, eight chips at 1 Hz: RSS %.1f MiB (%.1f MiB anonymous), CPU %.2f %%"
            + " of a core%n",
        STEADY_SECONDS,
        agent.rssMiB(),
        agent.anonymousMiB(),
        100 * (agent.cpuSeconds() - cpu) / ((System.nanoTime() - start) / 1e9));
  }
}
