package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.install.ClaimPod;
import dev.acceld.e2e.junit.OwnClusterOnly;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import dev.acceld.machine.Simulation;
import dev.acceld.machine.tree.SimulatedDevice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A hundred faults, one after the other, and how long each took to those who must know. */
@RealCluster(restartPeriod = "1s")
@OwnClusterOnly
@Tag("soak")
class FaultTimesIT {
  private static final Logger LOG = LoggerFactory.getLogger(FaultTimesIT.class);
  private static final int ROUNDS = Integer.getInteger("acceld.e2e.rounds", 100);
  private static final Duration SOON = Duration.ofSeconds(40);

  /** A reason that went more than three times within five minutes stays for a minute longer. */
  private static final Duration APART = Duration.ofSeconds(105);

  private static final int[] CODES = {46, 48, 62, 74, 79, 95, 109, 119, 140, 143, 155};

  private final Map<String, List<Long>> times = new TreeMap<>();

  @Test
  void everyoneIsToldWithinSeconds(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster);
    workspace.apply(ClaimPod.TEMPLATE);
    Simulation machine = RandomFaults.machineOf(cluster.node());
    Map<String, String> pods = new HashMap<>();
    for (int i = 0; i < machine.devices().size(); i++) {
      String pod = "holder-" + i;
      pods.put(Faults.running(workspace, pod), pod);
    }
    assertThat(pods).hasSameSizeAs(machine.devices());
    long pace = APART.toNanos() / machine.devices().size();
    long next = System.nanoTime();
    for (int round = 0; round < ROUNDS; round++) {
      SimulatedDevice gpu = machine.devices().get(round % machine.devices().size());
      int code = CODES[round % CODES.length];
      String name = RandomFaults.published(gpu);
      String pod = pods.get(name);
      assertThat(pod).as(name).isNotNull();
      Await.pause(Duration.ofNanos(Math.max(1, next - System.nanoTime())));
      long begin = System.nanoTime();
      next = begin + pace;
      machine.xid(gpu.uuid(), code);
      first(
          begin,
          Map.of(
              "taint", () -> !Faults.taints(acceld, name).isEmpty(),
              "pod status",
                  () -> Faults.status(workspace, String.valueOf(pod)).contains("XID " + code),
              "metric", () -> hasSeries(acceld, name, code)));
      long mended = System.nanoTime();
      machine.restore(gpu.uuid());
      first(
          mended,
          Map.of(
              "no taint", () -> Faults.taints(acceld, name).isEmpty(),
              "no metric", () -> !hasSeries(acceld, name, code)));
    }
    times.forEach((what, all) -> {
      List<Long> sorted = all.stream().sorted().toList();
      LOG.info(
          "{}: p50 {} ms, p99 {} ms of {}",
          what,
          sorted.get((sorted.size() - 1) / 2),
          sorted.get((int) Math.ceil(0.99 * sorted.size()) - 1),
          sorted.size());
    });
  }

  /** Notes when each of them holds for the first time. */
  private void first(long begin, Map<String, BooleanSupplier> conditions) {
    Map<String, BooleanSupplier> waiting = new TreeMap<>(conditions);
    Await.until(
        "all of " + conditions.keySet(),
        SOON,
        () -> {
          for (String what : List.copyOf(waiting.keySet())) {
            BooleanSupplier holds = waiting.get(what);
            if (holds != null && holds.getAsBoolean()) {
              waiting.remove(what);
              times
                  .computeIfAbsent(what, key -> new ArrayList<>())
                  .add((System.nanoTime() - begin) / 1_000_000);
            }
          }
          return waiting.isEmpty();
        },
        () -> "still waiting for " + waiting.keySet());
  }

  private static boolean hasSeries(Acceld acceld, String gpu, int code) {
    return acceld
        .metrics()
        .lines()
        .anyMatch(line ->
            line.startsWith("acceld_device_health_reason{")
                && line.contains("device=\"" + gpu + "\"")
                && line.contains("value=\"" + code + "\""));
  }
}
