package dev.acceld.startup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.dra.claim.ClaimObserver.Operation;
import dev.acceld.dra.claim.ClaimObserver.Phase;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.dra.cluster.PodTimes;
import dev.acceld.usage.ClaimUsage;
import dev.acceld.usage.Usage;
import dev.acceld.usage.UsageReport;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PodStartupsTest {
  private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");
  private static final PodRef POD = new PodRef("team", "train-0", "pod-1");
  private static final ClaimRef CLAIM = new ClaimRef("team", "gpus", "uid-1");

  private Instant now = START;
  private final List<PreparedClaim> claims = new ArrayList<>();
  private final List<String> measured = new ArrayList<>();
  private UsageReport usage = UsageReport.EMPTY;
  private @Nullable PodTimes times;
  private boolean fails;
  private int reads;
  private final PodStartups startups =
      new PodStartups(
          (ClusterApi)
              Proxy.newProxyInstance(
                  ClusterApi.class.getClassLoader(),
                  new Class<?>[] {ClusterApi.class},
                  (proxy, method, args) -> {
                    assertThat(method.getName()).isEqualTo("podTimes");
                    reads++;
                    if (fails) {
                      throw new ClusterException(ClusterException.Reason.UNREACHABLE, "away");
                    }
                    return Optional.ofNullable(times);
                  }),
          () -> claims,
          () -> usage,
          (phase, took) -> measured.add(phase.label() + " " + took.toMillis()),
          StartupTracer.OFF,
          () -> now,
          () -> Duration.between(START, now).toNanos());

  @AfterEach
  void close() {
    startups.close();
  }

  private void prepare(ClaimRef claim, Instant preparedAt, long millis, PodRef... pods) {
    claims.add(new PreparedClaim(claim, List.of(), List.of(pods), preparedAt));
    startups.ended(claim, Operation.PREPARE, Phase.TOTAL, millis * 1_000_000, true);
  }

  /** The kubelet asks, and is refused so many milliseconds later. */
  private void refuse(ClaimRef claim, long millis) {
    startups.began(claim, Operation.PREPARE, Phase.TOTAL);
    now = now.plusMillis(millis);
    startups.ended(claim, Operation.PREPARE, Phase.TOTAL, millis * 1_000_000, false);
  }

  private void look(int seconds) {
    for (int i = 0; i < seconds; i++) {
      now = now.plusSeconds(1);
      startups.look();
    }
  }

  private void pod(@Nullable Instant started) {
    times = new PodTimes("pod-1", Optional.of(START.minusSeconds(2)), Optional.ofNullable(started));
  }

  @Test
  void eachPhaseIsMeasuredOnce() {
    prepare(CLAIM, now, 500, POD);
    pod(null);
    look(7);
    assertThat(measured).isEmpty();
    pod(START.plusSeconds(6));
    look(3);
    assertThat(measured).containsExactly("kubelet 1500", "prepare 500", "container 6000");
    usage =
        new UsageReport(
            List.of(
                new ClaimUsage(
                    CLAIM,
                    List.of("gpu-0"),
                    List.of(POD),
                    START,
                    40,
                    OptionalDouble.of(36),
                    Usage.NONE,
                    Optional.empty())),
            Map.of(),
            Map.of());
    look(60);
    assertThat(measured).hasSize(4).last().isEqualTo("first_use 30000");
    assertThat(reads).as("of the pod, after 3 and 8 seconds").isEqualTo(2);
  }

  @Test
  void theClaimsOfAPodAreOneStart() {
    prepare(CLAIM, now, 500, POD);
    now = now.plusMillis(800);
    prepare(new ClaimRef("team", "tpus", "uid-2"), now, 200, POD);
    pod(START.plusSeconds(3));
    look(5);
    assertThat(measured).containsExactly("kubelet 1500", "prepare 1300", "container 2200");
  }

  /** The kubelet asks for prepared claims again after each restart of its own. */
  @Test
  void whatWasPreparedBeforeIsNoStart() {
    prepare(CLAIM, START.minusSeconds(3600), 1, POD);
    look(100);
    startups.ended(CLAIM, Operation.PREPARE, Phase.TOTAL, 1_000_000, true);
    look(100);
    assertThat(reads).isZero();
  }

  @Test
  void aSharedClaimIsNoPodsStart() {
    prepare(CLAIM, now, 1, POD, new PodRef("team", "train-1", "pod-2"));
    look(10);
    assertThat(reads).isZero();
  }

  /** Its image is never found, or the API server is away: after half an hour nobody asks. */
  @Test
  void aPodThatNeverStartsIsReadElevenTimes() {
    prepare(CLAIM, now, 1, POD);
    fails = true;
    look(600);
    fails = false;
    pod(null);
    look(3600);
    assertThat(reads).isEqualTo(11);
    assertThat(measured).isEmpty();
  }

  @Test
  void aPodThatIsGoneIsForgotten() {
    prepare(CLAIM, now, 1, POD);
    look(100);
    assertThat(reads).isEqualTo(1);
  }

  /** The API server's times are whole seconds, and its clock is another. */
  @Test
  void nothingTakesLessThanNoTime() {
    prepare(CLAIM, now, 1, POD);
    times =
        new PodTimes(
            "pod-1", Optional.of(START.plusSeconds(20)), Optional.of(START.minusSeconds(20)));
    look(4);
    assertThat(measured).containsExactly("kubelet 0", "prepare 1", "container 0");
  }

  @Test
  void thePhasesMeetAtTheFirstCallThoughItFailed() {
    refuse(CLAIM, 500);
    now = now.plusSeconds(119);
    refuse(CLAIM, 500);
    now = now.plusSeconds(60);
    startups.began(CLAIM, Operation.PREPARE, Phase.TOTAL);
    now = now.plusMillis(200);
    prepare(CLAIM, now, 200, POD);
    pod(START.plusSeconds(183));
    look(10);
    assertThat(measured).containsExactly("kubelet 2000", "prepare 180200", "container 2800");
  }

  /** A pod that comes later with the same claim does not answer for it. */
  @Test
  void callsBeforeAnUnprepareBelongToNoStart() {
    refuse(CLAIM, 500);
    startups.began(CLAIM, Operation.UNPREPARE, Phase.TOTAL);
    now = now.plusSeconds(300);
    startups.began(CLAIM, Operation.PREPARE, Phase.TOTAL);
    now = now.plusMillis(200);
    prepare(CLAIM, now, 200, POD);
    pod(now.plusSeconds(1));
    look(10);
    assertThat(measured).contains("prepare 200");
  }

  @Test
  void aClaimIsPendingFromTheFirstCallUntilItIsPrepared() {
    assertThat(startups.oldestPending()).isZero();
    startups.began(CLAIM, Operation.PREPARE, Phase.TOTAL);
    now = now.plusSeconds(40);
    assertThat(startups.oldestPending()).as("a call that hangs").hasSeconds(40);
    startups.ended(CLAIM, Operation.PREPARE, Phase.TOTAL, 40_000_000_000L, false);
    for (int i = 0; i < 10; i++) {
      now = now.plusSeconds(120);
      refuse(CLAIM, 0);
    }
    assertThat(startups.oldestPending()).as("twenty minutes of refusals").hasSeconds(1240);
    startups.began(CLAIM, Operation.PREPARE, Phase.TOTAL);
    prepare(CLAIM, now, 1, POD);
    assertThat(startups.oldestPending()).isZero();
    startups.began(CLAIM, Operation.PREPARE, Phase.TOTAL);
    prepare(CLAIM, now, 1, POD);
    now = now.plusSeconds(60);
    assertThat(startups.oldestPending()).as("after a call for a prepared claim").isZero();
  }
}
