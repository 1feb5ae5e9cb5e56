package dev.acceld.bench;

import dev.acceld.dra.cluster.ClusterRequests;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.kubelet.FakeKubelet;
import dev.acceld.fake.kubelet.PrepareAnswer;
import java.io.IOException;
import java.io.PrintStream;
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
 * The agent's memory after many claims, each a new one that is prepared and unprepared, eight in
 * flight, and then while it samples eight GPUs once a second.
 */
final class MemoryBench {
  private static final int IN_FLIGHT = 8;
  private static final int LOOKS = 6;
  private static final String NODE = "bench-node";

  private final PrintStream out;
  private final int claims;
  private final int seconds;

  MemoryBench(PrintStream out, int claims, int seconds) {
    this.out = out;
    this.claims = claims;
    this.seconds = seconds;
  }

  void run() throws Exception {
    try (BenchStage stage = new BenchStage(Optional.empty(), NODE);
        AgentProcess agent = stage.agent()) {
      stage.kubelet().awaitRegistered(BenchStage.DRIVER, Duration.ofSeconds(30));
      ClusterRequests api = ClusterRequests.open(stage.kubeconfig(), "acceld-bench");
      List<String> devices = devices(api, agent);
      say(agent, "at the start");
      churn(stage.kubelet(), api, devices);
      say(agent, "after " + claims + " claims");
      for (int i = 1; i <= LOOKS; i++) {
        Thread.sleep(seconds * 1000L / LOOKS);
        say(agent, "and " + (long) seconds * i / LOOKS + " s at 1 Hz");
      }
    }
  }

  private static List<String> devices(ClusterRequests api, AgentProcess agent) throws Exception {
    BenchClaims claims = new BenchClaims(api, BenchStage.DRIVER, NODE);
    List<String> devices = claims.devices(false);
    while (devices.size() < IN_FLIGHT) {
      if (!agent.alive()) {
        throw new IOException("the agent ended: " + agent.log());
      }
      Thread.sleep(50);
      devices = claims.devices(false);
    }
    return devices;
  }

  private void churn(FakeKubelet kubelet, ClusterRequests api, List<String> devices)
      throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(IN_FLIGHT)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < IN_FLIGHT; i++) {
        String device = devices.get(i);
        BenchClaims own = new BenchClaims(api, BenchStage.DRIVER, NODE);
        all.add(
            threads.submit(() -> {
              for (int n = 0; n < claims / IN_FLIGHT; n++) {
                one(kubelet, own, device, device + "-" + n);
              }
              return null;
            }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
  }

  private static void one(FakeKubelet kubelet, BenchClaims claims, String device, String name)
      throws Exception {
    ClaimId claim = claims.create(name, device);
    PrepareAnswer answer = kubelet.prepare(BenchStage.DRIVER, List.of(claim)).get(claim.uid());
    if (answer == null || !answer.error().isEmpty()) {
      throw new IOException("prepare: " + answer);
    }
    Map<String, String> errors = kubelet.unprepare(BenchStage.DRIVER, List.of(claim));
    if (!errors.getOrDefault(claim.uid(), "no answer").isEmpty()) {
      throw new IOException("unprepare: " + errors);
    }
    claims.delete(claim);
  }

  private void say(AgentProcess agent, String when) throws IOException {
    out.printf(
        Locale.ROOT,
        "%s: RSS %.1f MiB, of which %.1f MiB anonymous%n",
        when,
        agent.rssMiB(),
        agent.anonymousMiB());
  }
}
