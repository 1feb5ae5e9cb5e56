package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.install.Churn;
import dev.acceld.e2e.install.ClaimPod;
import dev.acceld.e2e.junit.OwnClusterOnly;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import dev.acceld.e2e.observe.Prometheus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Prometheus scrapes for ten minutes while pods come and go and the agent is killed: no scrape
 * fails but those that meet no agent, no sample is there twice, and what a claim is charged is what
 * its GPU took.
 */
@RealCluster(restartPeriod = "1s")
@OwnClusterOnly
@Tag("telemetry")
class ScrapesUnderKillsIT {
  private static final Logger LOG = LoggerFactory.getLogger(ScrapesUnderKillsIT.class);
  private static final Duration TIME =
      Duration.ofMinutes(Integer.getInteger("acceld.e2e.minutes", 10));
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  /** How long each claim that is looked at lives, and the part of it without kills at each end. */
  private static final Duration LIFE = Duration.ofSeconds(45);

  private static final Duration QUIET = Duration.ofSeconds(6);
  private static final double WATTS = 400;

  /** What a claim can take before the first scrape and after the last. */
  private static final double BETWEEN_SCRAPES = WATTS * (INTERVAL.toMillis() / 1e3 + 1);

  private final List<String> failed = new ArrayList<>();
  private int kills;

  @Test
  void energyOfEachClaimIsWhatItsGpuTook(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster);
    for (int i = 0; i < 8; i++) {
      acceld.exec("simulate", "set", "gpu-" + i, "power=" + (int) WATTS);
    }
    Random random = new Random();
    Instant end = Instant.now().plus(TIME);
    try (Prometheus prometheus = Prometheus.start(cluster.node(), INTERVAL);
        Churn churn = Churn.start(workspace, 3)) {
      int rounds = 0;
      while (Instant.now().isBefore(end)) {
        String pod = "steady-" + rounds++;
        workspace.apply(ClaimPod.of(pod));
        workspace.awaitPhase(pod, "Running", LONG);
        String claim = Allocations.claimUidOf(workspace, pod);
        live(cluster, prometheus, random);
        workspace.deletePod(pod);
        workspace.awaitGone(pod, LONG);
        Await.pause(INTERVAL.multipliedBy(2));
        check(prometheus, workspace, pod, claim);
      }
      acceld.awaitReady();
      churn.await(1, LONG);
      LOG.info(
          "{} claims looked at, {} other pods, {} kills, {} scrapes met no agent; {} series, {} s a"
              + " scrape",
          rounds,
          churn.rounds(),
          kills,
          failed.size(),
          prometheus.value("max(scrape_samples_post_metric_relabeling{job=\"acceld\"})"),
          prometheus.value("avg(avg_over_time(scrape_duration_seconds{job=\"acceld\"}[20m]))"));
      assertThat(kills).isPositive();
      assertThat(churn.failures()).isEmpty();
      assertThat(new TreeSet<>(failed))
          .allMatch(why -> Set.of("refused", "reset", "EOF").stream().anyMatch(why::contains));
      for (String counter :
          List.of(
              "prometheus_target_scrapes_sample_duplicate_timestamp_total",
              "prometheus_target_scrapes_sample_out_of_order_total",
              "prometheus_target_scrapes_sample_out_of_bounds_total",
              "prometheus_target_scrapes_exceeded_sample_limit_total")) {
        assertThat(prometheus.value(counter)).as(counter).isZero();
      }
    } finally {
      for (int i = 0; i < 8; i++) {
        acceld.exec("simulate", "set", "gpu-" + i, "power=auto");
      }
    }
  }

  /** One life of a claim, with kills in its middle. */
  private void live(Cluster cluster, Prometheus prometheus, Random random) {
    Instant begin = Instant.now();
    Instant next = begin.plus(QUIET);
    while (Instant.now().isBefore(begin.plus(LIFE))) {
      Instant now = Instant.now();
      if (now.isAfter(next)
          && now.isBefore(begin.plus(LIFE).minus(QUIET))
          && cluster.node().killProcesses("/opt/acceld/")) {
        kills++;
        next = now.plusMillis(4_000 + random.nextInt(12_000));
      }
      failed.addAll(prometheus.failedScrapes());
      Await.pause(INTERVAL);
    }
  }

  private static void check(Prometheus prometheus, Workspace workspace, String pod, String claim) {
    String ofClaim = "{claim_uid=\"" + claim + "\"}[20m])";
    String ofPod =
        "(DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION{namespace=\"%s\",pod=\"%s\"}[20m])"
            .formatted(workspace.name(), pod);
    double charged = prometheus.value("max_over_time(acceld_claim_energy_joules_total" + ofClaim);
    double held = prometheus.value("max_over_time(acceld_claim_device_seconds_total" + ofClaim);
    // The container becomes known after the pod, which makes another series.
    double seen =
        prometheus.value(
            "(max(max_over_time" + ofPod + ") - min(min_over_time" + ofPod + ")) / 1000");
    double increase = prometheus.value("increase(acceld_claim_energy_joules_total" + ofClaim);
    LOG.info(
        "{}: held {} s, charged {} J, by increase() {} J, between scrapes of its GPU {} J",
        pod,
        held,
        charged,
        increase,
        seen);
    assertThat(held).as(pod).isGreaterThan(LIFE.toSeconds());
    assertThat(charged).as(pod).isCloseTo(WATTS * held, within(WATTS));
    assertThat(charged).as(pod).isBetween(seen - WATTS, seen + 2 * BETWEEN_SCRAPES);
    assertThat(increase).as(pod).isCloseTo(charged, within(BETWEEN_SCRAPES));
  }
}
