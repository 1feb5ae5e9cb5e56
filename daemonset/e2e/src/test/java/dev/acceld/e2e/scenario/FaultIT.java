package dev.acceld.e2e.scenario;

import static dev.acceld.e2e.scenario.Faults.awaited;
import static dev.acceld.e2e.scenario.Faults.hasSeries;
import static dev.acceld.e2e.scenario.Faults.running;
import static dev.acceld.e2e.scenario.Faults.status;
import static dev.acceld.e2e.scenario.Faults.taints;
import static dev.acceld.e2e.scenario.Faults.told;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.install.ClaimPod;
import dev.acceld.e2e.junit.OwnClusterOnly;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A GPU breaks under a running pod: everyone who must know hears of it, and of its end. */
@RealCluster(restartPeriod = "1s")
@OwnClusterOnly
@Tag("main")
class FaultIT {
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final Pattern SLOT = Pattern.compile("[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}");
  private static final String HANGS = "nvmlDeviceGetUtilizationRates";
  private static final int GPUS = 8;

  @Test
  void everyoneHearsOfAFaultAndOfItsEnd(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster);
    workspace.apply(ClaimPod.TEMPLATE);
    String gpu = running(workspace, "victim");

    long injected = System.nanoTime();
    acceld.exec("simulate", "xid", gpu, "79");
    told(acceld, workspace, "victim", gpu, "xid", injected);
    assertThat(status(workspace, "victim")).contains("XID 79: GPU has fallen off the bus");

    List<String> others = new ArrayList<>();
    for (int i = 1; i < GPUS; i++) {
      others.add(running(workspace, "other-" + i));
    }
    assertThat(others).doesNotContain(gpu).doesNotHaveDuplicates();
    workspace.apply(ClaimPod.of("ninth"));
    workspace.deletePod("victim");
    workspace.awaitGone("victim", LONG);
    Await.pause(Duration.ofSeconds(5));
    assertThat(workspace.phase("ninth")).as("the faulty GPU is free").isEqualTo("Pending");

    long restored = System.nanoTime();
    acceld.exec("simulate", "restore", gpu);
    awaited("no taint", restored, () -> taints(acceld, gpu).isEmpty());
    workspace.awaitPhase("ninth", "Running", LONG);
    assertThat(Allocations.deviceOf(workspace, "ninth")).isEqualTo(gpu);
    awaited("no metric", restored, () -> !hasSeries(acceld, gpu, "xid"));
  }

  @Test
  void anAgentThatIsKilledMeanwhileForgetsNoFault(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster);
    workspace.apply(ClaimPod.TEMPLATE);
    String gpu = running(workspace, "victim");
    acceld.exec("simulate", "xid", gpu, "79");
    awaited("taint", System.nanoTime(), () -> !taints(acceld, gpu).isEmpty());
    for (int i = 0; i < 3; i++) {
      cluster.node().killProcesses("/opt/acceld/");
      for (int look = 0; look < 20; look++) {
        assertThat(taints(acceld, gpu)).contains("acceld.dev/xid NoSchedule");
        Await.pause(Duration.ofMillis(200));
      }
      acceld.awaitReady();
    }
    assertThat(workspace.phase("victim")).isEqualTo("Running");
    awaited(
        "status of the pod", System.nanoTime(), () -> status(workspace, "victim").contains("XID"));
    acceld.exec("simulate", "restore", gpu);
    awaited("no taint", System.nanoTime(), () -> taints(acceld, gpu).isEmpty());
  }

  @Test
  void anUpgradeMeanwhileForgetsNoFault(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster);
    workspace.apply(ClaimPod.TEMPLATE);
    String gpu = running(workspace, "victim");
    acceld.exec("simulate", "xid", gpu, "79");
    awaited("taint", System.nanoTime(), () -> !taints(acceld, gpu).isEmpty());
    try (TaintWatch watch = new TaintWatch(cluster)) {
      acceld.upgrade(Map.of("podAnnotations.round", "with-a-fault"));
      Await.until("one agent", LONG, () -> acceld.agents().size() == 1);
      assertThat(watch.spans()).extracting(TaintWatch.Span::device).containsExactly(gpu);
      assertThat(taints(acceld, gpu)).containsExactly("acceld.dev/xid NoSchedule");
    }
    assertThat(workspace.phase("victim")).isEqualTo("Running");
    String pod = workspace.name() + "/victim";
    assertThat(acceld.exec("faults").lines().filter(line -> line.contains(pod)))
        .as("one record of one fault")
        .hasSize(1);
    acceld.exec("simulate", "restore", gpu);
    awaited("no taint", System.nanoTime(), () -> taints(acceld, gpu).isEmpty());
  }

  @Test
  void aDriverThatHangsTaintsAndHarmsNobodyWhoRuns(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster);
    workspace.apply(ClaimPod.TEMPLATE);
    String gpu = running(workspace, "victim");
    long hung = System.nanoTime();
    acceld.exec("simulate", "hang", HANGS, gpu);
    awaited("taint", hung, () -> !taints(acceld, gpu).isEmpty());
    awaited("status", hung, () -> status(workspace, "victim").contains("\"Unknown\""));
    assertThat(taints(acceld, gpu)).containsExactly("acceld.dev/unresponsive NoSchedule");
    assertThat(acceld.devices())
        .hasSize(GPUS)
        .filteredOn(each -> !taints(acceld, each).isEmpty())
        .containsExactly(gpu);
    assertThat(running(workspace, "other")).isNotEqualTo(gpu);
    assertThat(workspace.phase("victim")).isEqualTo("Running");
    workspace.deletePod("victim");
    workspace.awaitGone("victim", LONG);
    long back = System.nanoTime();
    acceld.exec("simulate", "unhang", HANGS);
    awaited("no taint", back, () -> taints(acceld, gpu).isEmpty());
    running(workspace, "next");
  }

  /**
   * Only the kernel's log tells of it. The pod is evicted, and a new one of the same set gets
   * another GPU; a repair takes everything back.
   */
  @Test
  void aRuleOfTheOperatorEvictsThePod(Cluster cluster, Workspace workspace) {
    Acceld acceld =
        Acceld.installed(
            cluster, Map.of("health.rules.xid-79.effect", "NoExecute", "health.kernelLog", "true"));
    workspace.apply(ClaimPod.TEMPLATE);
    String gpu = running(workspace, "victim");
    long injected = System.nanoTime();
    acceld.exec(
        "simulate",
        "kernel-log",
        "NVRM: Xid (PCI:" + slot(acceld, gpu) + "): 79, GPU has fallen off the bus.");
    awaited("taint", injected, () -> taints(acceld, gpu).contains("acceld.dev/xid NoExecute"));
    awaited("eviction", injected, () -> workspace.pod("victim").isEmpty());
    assertThat(running(workspace, "next")).isNotEqualTo(gpu);
    assertThat(acceld.exec("repair", gpu)).contains("repaired; the device is offered again");
    awaited("no taint", System.nanoTime(), () -> taints(acceld, gpu).isEmpty());
  }

  /** The PCI slot, as the kernel writes it. */
  private static String slot(Acceld acceld, String gpu) {
    String line =
        acceld.exec("devices").lines().filter(l -> l.startsWith(gpu + " ")).findFirst().orElse("");
    Matcher address = SLOT.matcher(line);
    assertThat(address.find()).as(line).isTrue();
    return address.group();
  }

  @Test
  void oneOfEightIsRepairedWhileSevenPodsRun(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster);
    workspace.apply(ClaimPod.TEMPLATE);
    List<String> free = new ArrayList<>(acceld.devices());
    for (int i = 1; i < GPUS; i++) {
      free.remove(running(workspace, "busy-" + i));
    }
    String gpu = free.getFirst();
    assertThat(acceld.fails("repair", Allocations.deviceOf(workspace, "busy-1")))
        .contains(workspace.name() + "/busy-1");
    acceld.exec("simulate", "xid", gpu, "48");
    awaited("taint", System.nanoTime(), () -> !taints(acceld, gpu).isEmpty());
    long asked = System.nanoTime();
    assertThat(acceld.exec("repair", gpu)).contains("repaired; the device is offered again");
    awaited("no taint", asked, () -> taints(acceld, gpu).isEmpty());
    assertThat(running(workspace, "eighth")).isEqualTo(gpu);
    assertThat(workspace.pods())
        .hasSize(GPUS)
        .allSatisfy(pod -> {
          assertThat(pod.getStatus().getPhase()).isEqualTo("Running");
          assertThat(pod.getStatus().getContainerStatuses().getFirst().getRestartCount()).isZero();
        });
  }
}
