package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.install.Churn;
import dev.acceld.e2e.junit.OwnClusterOnly;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import dev.acceld.machine.Simulation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thousand faults in half an hour, most of eight GPUs broken at some time in each minute, while
 * pods come and go, the agent is killed and twice upgraded. In the end everything agrees: hardware,
 * state, taints, records.
 */
@RealCluster(restartPeriod = "1s")
@OwnClusterOnly
@Tag("soak")
class SoakIT {
  private static final Logger LOG = LoggerFactory.getLogger(SoakIT.class);
  private static final int FAULTS = Integer.getInteger("acceld.e2e.faults", 1000);
  private static final Duration TIME =
      Duration.ofMinutes(Integer.getInteger("acceld.e2e.minutes", 30));
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration PATIENCE = Duration.ofSeconds(45);
  private static final Duration LOOK = Duration.ofSeconds(15);
  private static final JsonMapper JSON = new JsonMapper();

  private final Random random = new Random();
  private final List<Long> kills = new ArrayList<>();
  private final List<String> heldTwice = new ArrayList<>();
  private int looks;

  @Test
  void everythingAgreesInTheEnd(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster);
    Simulation machine = RandomFaults.machineOf(cluster.node());
    RandomFaults faults = new RandomFaults(machine, gpu -> repairs(acceld, gpu), random);
    try (TaintWatch taints = new TaintWatch(cluster)) {
      Churn pods = work(cluster, acceld, workspace, faults);
      faults.mendAll();
      long mended = System.nanoTime();
      acceld.awaitReady();
      Await.until(
          "no taint",
          Duration.ofMinutes(2),
          () -> acceld.devices().stream().allMatch(gpu -> Faults.taints(acceld, gpu).isEmpty()),
          () -> acceld.exec("devices"));
      Await.until(
          "no records, no CDI files",
          LONG,
          () -> acceld.footprint().holdsNothing(),
          () -> acceld.footprint().toString());
      SoakReport report = new SoakReport(faults.all(), taints.spans(), kills);
      LOG.info(
          "{} faults ({} repaired by the agent), {} harmless XIDs, {} kills, 2 upgrades, {} pods ran, {}"
              + " were deleted for another;"
              + " {} changes of slices; free of taints {} s after the last; {}",
          faults.all().size(),
          faults.repaired(),
          faults.harmless(),
          kills.size(),
          pods.rounds(),
          pods.givenUp(),
          taints.changes(),
          TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - mended),
          report);
      assertThat(acceld.devices()).hasSize(machine.devices().size());
      assertThat(json(acceld.exec("devices", "-o", "json")))
          .allSatisfy(d -> assertThat(d.path("health").asText()).isEqualToIgnoringCase("healthy"));
      assertThat(pods.failures()).isEmpty();
      assertThat(pods.rounds()).isGreaterThan(pods.givenUp());
      assertThat(looks).isPositive();
      assertThat(heldTwice).isEmpty();
      assertThat(report.unnoticed()).isEmpty();
      assertThat(report.refusedTooLong()).isEmpty();
    }
  }

  /** Half an hour of it. */
  private Churn work(Cluster cluster, Acceld acceld, Workspace workspace, RandomFaults faults) {
    Churn churn = Churn.impatient(workspace, 3, PATIENCE);
    long begin = System.nanoTime();
    try (churn) {
      Thread upgrades = Thread.ofPlatform().name("upgrades").start(() -> upgrade(acceld));
      long nextKill = begin + seconds(20);
      long nextLook = begin;
      for (int i = 0; faults.all().size() < FAULTS; i++) {
        long due = begin + TIME.toNanos() * i / FAULTS;
        Await.pause(Duration.ofNanos(Math.max(1, due - System.nanoTime())));
        faults.mendDue();
        faults.breakOne();
        long now = System.nanoTime();
        if (now - nextKill > 0 && cluster.node().killProcesses("/opt/acceld/")) {
          kills.add(now);
          nextKill = now + seconds(25 + random.nextInt(40));
        }
        if (now - nextLook > 0) {
          look(acceld);
          nextLook = now + LOOK.toNanos();
        }
        assertThat(System.nanoTime() - begin).isLessThan(TIME.multipliedBy(2).toNanos());
      }
      faults.mendAll();
      join(upgrades);
      acceld.awaitReady();
      churn.await(3, LONG);
    }
    return churn;
  }

  private static void upgrade(Acceld acceld) {
    for (String round : List.of("second", "third")) {
      Await.pause(TIME.dividedBy(3));
      try {
        acceld.upgrade(Map.of("podAnnotations.round", round));
      } catch (AssertionError | RuntimeException e) {
        LOG.error("the upgrade to the {} round failed", round, e);
      }
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join(LONG);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static boolean repairs(Acceld acceld, String gpu) {
    try {
      return acceld.exec("repair", gpu).contains("repaired");
    } catch (AssertionError | RuntimeException e) {
      LOG.info("not repaired: {}", firstLine(e));
      return false;
    }
  }

  /** The agent's account of who has what; an agent that is away is asked the next time. */
  private void look(Acceld acceld) {
    String said;
    try {
      said = acceld.exec("claims", "-o", "json");
    } catch (AssertionError | RuntimeException e) {
      LOG.info("nobody says who has what: {}", firstLine(e));
      return;
    }
    looks++;
    Set<String> held = new HashSet<>();
    for (JsonNode claim : json(said)) {
      for (JsonNode device : claim.path("devices")) {
        if (!held.add(device.path("device").asText())) {
          heldTwice.add(said);
        }
      }
    }
  }

  private static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long seconds(int seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }
}
