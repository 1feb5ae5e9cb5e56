package dev.acceld.e2e.bench;

import dev.acceld.e2e.cluster.LocalCluster;
import dev.acceld.e2e.components.Cache;
import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.install.ClaimPod;
import dev.acceld.e2e.install.Footprint;
import dev.acceld.e2e.junit.Kinds;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * How long a pod with a claim takes from its creation to its container running, next to the same
 * pod without one, on the same cluster in the same run: with ordinary deletion, with grace period 0
 * (the scheduler gives the device away again before the kubelet has unprepared it), and with the
 * agent killed every 20 s. Pods of one GPU, four at a time, on a node with more GPUs than that or
 * fewer.
 */
public final class PodLatency {
  private static final int AT_ONCE = 4;
  private static final int KILLED = 4;
  private static final Duration MOST = Duration.ofMinutes(5);

  private final Cluster cluster;
  private final Acceld acceld;
  private final int pods;
  private final Consumer<String> progress;

  private PodLatency(Cluster cluster, Acceld acceld, int pods, Consumer<String> progress) {
    this.cluster = cluster;
    this.acceld = acceld;
    this.pods = pods;
    this.progress = progress;
  }

  /**
   * Runs all of it on a cluster of its own and returns a table.
   *
   * @param machine simulated hardware; fewer than four GPUs make pods wait for each other's devices
   */
  public static String run(String machine, int pods, Consumer<String> progress) {
    Map<String, String> values = Map.of("simulate.machine", machine);
    LocalCluster local =
        LocalCluster.start(Cache.ofThisUser(), Kinds.of("", "", List.of(), "1s"), progress);
    try (Cluster cluster = Cluster.of(local)) {
      return new PodLatency(cluster, Acceld.installed(cluster, values), pods, progress).table();
    }
  }

  private String table() {
    // The first pods of a cluster pay for what is read from disk once.
    measure("warm-up", false, false, false, 8);
    measure("warm-up", true, false, false, 8);
    Latencies before = measure("without a claim, ordinary deletion", false, false, false, pods);
    List<Latencies> rows = new ArrayList<>(List.of(before));
    rows.add(measure("without a claim, grace period 0", false, true, false, pods));
    rows.add(measure("with a claim, ordinary deletion", true, false, false, pods));
    rows.add(measure("with a claim, grace period 0", true, true, false, pods));
    // As many as it takes to meet several kills.
    rows.add(measure("with a claim, agent killed every 20 s", true, false, true, KILLED * pods));
    rows.add(measure("without a claim again", false, false, false, pods));
    StringBuilder table =
        new StringBuilder(
            "| pods | n | p50 s | p99 s | longest s | p50 ratio | p99 ratio | left behind |\n");
    table.append("|---|---|---|---|---|---|---|---|\n");
    rows.forEach(row -> table.append(row.row(before)).append('\n'));
    String uid = acceld.agent().getMetadata().getUid();
    table.append(
        "\nagent's memory by its control group: %d MiB\n"
            .formatted(cluster.node().memoryOf(uid) >> 20));
    return table.toString();
  }

  private Latencies measure(String what, boolean claim, boolean atOnce, boolean kill, int count) {
    progress.accept("measuring: " + what);
    Workspace workspace = cluster.workspace("bench-" + Long.toString(System.nanoTime(), 36));
    List<Duration> times = Collections.synchronizedList(new ArrayList<>());
    AtomicInteger next = new AtomicInteger();
    AtomicBoolean over = new AtomicBoolean();
    if (claim) {
      workspace.apply(ClaimPod.TEMPLATE);
    }
    AtomicInteger kills = new AtomicInteger();
    Thread killer = Thread.ofPlatform().start(() -> killEvery(over, kill, kills));
    List<Thread> workers = new ArrayList<>();
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < AT_ONCE; i++) {
      workers.add(
          Thread.ofPlatform()
              .start(() -> {
                try {
                  for (int n = next.getAndIncrement(); n < count; n = next.getAndIncrement()) {
                    times.add(one(workspace, "pod-" + n, claim, atOnce));
                  }
                } catch (RuntimeException | AssertionError e) {
                  failures.add(e);
                }
              }));
    }
    workers.forEach(PodLatency::join);
    over.set(true);
    join(killer);
    failures.forEach(failure -> progress.accept("a pod failed: " + failure));
    String left = left();
    workspace.delete();
    String often = kill ? " (" + kills + " times)" : "";
    return new Latencies(
        what + often, times, left + (failures.isEmpty() ? "" : failures.size() + " failures"));
  }

  private Duration one(Workspace workspace, String name, boolean claim, boolean atOnce) {
    String yaml = claim ? ClaimPod.of(name) : ClaimPod.without(name);
    var resource = cluster.client().pods().inNamespace(workspace.name()).withName(name);
    long created = System.nanoTime();
    workspace.apply(yaml);
    Pod pod =
        resource.waitUntilCondition(
            found -> found != null && !"Pending".equals(found.getStatus().getPhase()),
            MOST.toSeconds(),
            TimeUnit.SECONDS);
    Duration time = Duration.ofNanos(System.nanoTime() - created);
    if (!"Running".equals(pod.getStatus().getPhase())) {
      throw new AssertionError(name + " is " + pod.getStatus().getPhase());
    }
    if (atOnce) {
      resource.withGracePeriod(0).delete();
    } else {
      resource.delete();
      workspace.awaitGone(name, MOST);
    }
    return time;
  }

  private void killEvery(AtomicBoolean over, boolean kill, AtomicInteger kills) {
    long last = System.nanoTime();
    while (kill && !over.get()) {
      Await.pause(Duration.ofMillis(200));
      if (System.nanoTime() - last > Duration.ofSeconds(20).toNanos()) {
        cluster.node().killProcesses("/opt/acceld/");
        kills.incrementAndGet();
        last = System.nanoTime();
      }
    }
  }

  /** What is still there a while after the last pod. */
  private String left() {
    try {
      Await.until("nothing left", Duration.ofMinutes(2), () -> acceld.footprint().holdsNothing());
      return "";
    } catch (AssertionError e) {
      Footprint footprint = acceld.footprint();
      return footprint.records().size() + " records, " + footprint.cdi().size() + " CDI files ";
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
