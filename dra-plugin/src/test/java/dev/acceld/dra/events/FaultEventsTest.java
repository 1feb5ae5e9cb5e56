package dev.acceld.dra.events;

import static dev.acceld.dra.events.EventStage.mild;
import static dev.acceld.dra.events.EventStage.reason;
import static dev.acceld.dra.events.EventStage.xid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.HealthReport.Action;
import dev.acceld.device.HealthReport.Effect;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.events.Event;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who hears of what, how often, in virtual time. */
class FaultEventsTest {
  private static final Duration SECONDS = Duration.ofSeconds(5);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir Path dir;
  private EventStage stage;

  @BeforeEach
  void open() {
    stage = new EventStage(dir, 8);
  }

  @AfterEach
  void close() {
    stage.stop();
  }

  @Test
  void aFaultIsToldToTheNodeTheClaimAndThePodThatHoldTheDevice() {
    stage.claim("a", "gpu-3");
    stage.claim("b", "gpu-4");
    stage.pass(SECONDS);
    stage.set("gpu-3", xid(79));
    stage.pass(SECONDS);

    assertThat(stage.told())
        .containsExactly(
            "Node AcceleratorUnhealthy 1",
            "Pod AcceleratorUnhealthy 1",
            "ResourceClaim AcceleratorUnhealthy 1");
    Event node = stage.only("Node", "AcceleratorUnhealthy");
    assertThat(node.note())
        .isEqualTo("Device gpu-3 is unhealthy: XID 79: bad (reboot the node). Held by claim ns/a");
    assertThat(node.warning()).isTrue();
    assertThat(node.regarding().eventNamespace()).isEqualTo("default");
    assertThat(node.regarding().uid()).isEqualTo("node-uid");
    assertThat(node.controller()).isEqualTo("acceld.dev");
    assertThat(node.instance()).isEqualTo("acceld.dev/node-1");
    Event pod = stage.only("Pod", "AcceleratorUnhealthy");
    assertThat(pod.regarding().name()).isEqualTo("a-pod");
    assertThat(pod.regarding().uid()).isEqualTo("a-pod-uid");
    assertThat(pod.related().kind()).isEqualTo("Node");
    assertThat(pod.related().uid()).isEqualTo("node-uid");
    assertThat(pod.note()).isEqualTo("Device gpu-3 is unhealthy: XID 79: bad (reboot the node)");
  }

  @Test
  void itsEndIsToldToTheSame() {
    stage.claim("a", "gpu-3");
    stage.set("gpu-3", xid(79));
    stage.pass(MINUTE);
    stage.set("gpu-3");
    stage.pass(SECONDS);

    assertThat(stage.told())
        .contains(
            "Node AcceleratorRecovered 1",
            "Pod AcceleratorRecovered 1",
            "ResourceClaim AcceleratorRecovered 1")
        .hasSize(6);
    Event end = stage.only("Pod", "AcceleratorRecovered");
    assertThat(end.warning()).isFalse();
    assertThat(end.note())
        .matches("Device gpu-3 is healthy again after 6\\d s. What is over: XID 79: bad");
  }

  @Test
  void whoComesAfterTheBeginningIsNotToldOfTheEnd() {
    stage.set("gpu-3", mild("slow"));
    stage.pass(MINUTE);
    stage.claim("late", "gpu-3");
    stage.set("gpu-3");
    stage.pass(SECONDS);
    assertThat(stage.told())
        .containsExactly("Node AcceleratorDegraded 1", "Node AcceleratorRecovered 1");
  }

  @Test
  void whatRemainsIsNoRecovery() {
    stage.set("gpu-3", xid(79), mild("slow"));
    stage.pass(MINUTE);
    stage.set("gpu-3", mild("slow"));
    stage.pass(SECONDS);
    assertThat(stage.only("Node", "AcceleratorFaultEnded").note())
        .matches(
            "gpu-3: over after 6\\d s: XID 79: bad. What remains: slow it is \\(reset the device\\)");
  }

  @Test
  void unknownIsNoRecovery() {
    stage.set("gpu-3", xid(79));
    stage.pass(MINUTE);
    Reason hangs =
        reason("unresponsive", "", "a call hangs", Effect.NO_SCHEDULE, Action.INVESTIGATE);
    stage.set("gpu-3", hangs);
    stage.pass(MINUTE);
    assertThat(stage.told())
        .containsExactly("Node AcceleratorUnhealthy 1", "Node AcceleratorHealthUnknown 1");
    stage.remove("gpu-3");
    stage.pass(MINUTE);
    assertThat(stage.told()).hasSize(2);
  }

  @Test
  void theApplicationsOwnFaultIsNoneOfTheNode() {
    stage.claim("a", "gpu-3");
    Reason own = reason("runtime-error", "", "error", Effect.NO_TAINT, Action.RESTART_APP);
    stage.set("gpu-3", own);
    stage.pass(SECONDS);
    assertThat(stage.told())
        .containsExactly("Pod AcceleratorDegraded 1", "ResourceClaim AcceleratorDegraded 1");
  }

  @Test
  void aWholeNodeIsOneEventForEachObject() {
    stage.claim("a", "gpu-0", "gpu-1", "gpu-2", "gpu-3");
    stage.claim("b", "gpu-4", "gpu-5", "gpu-6", "gpu-7");
    for (int i = 0; i < 8; i++) {
      stage.set("gpu-" + i, xid(79));
    }
    stage.pass(SECONDS);
    assertThat(stage.requests).hasSize(5);
    assertThat(stage.only("Node", "AcceleratorUnhealthy").note())
        .isEqualTo(
            "8 devices (gpu-0, gpu-1, gpu-2, gpu-3, gpu-4, gpu-5, gpu-6, gpu-7) are unhealthy:"
                + " XID 79: bad (reboot the node). Held by claims ns/a, ns/b");
    stage.pass(MINUTE);
    for (int i = 0; i < 8; i++) {
      stage.set("gpu-" + i);
    }
    stage.pass(MINUTE);
    assertThat(stage.requests).hasSize(10);
  }

  @Test
  void aNoteIsNeverLongerThanTheApiServerTakes() {
    Reason[] many = new Reason[20];
    for (int i = 0; i < many.length; i++) {
      many[i] = reason("c" + i, "", "ü".repeat(200) + i, Effect.NO_SCHEDULE, Action.RESET);
    }
    stage.set("gpu-0", many);
    stage.pass(SECONDS);
    String note = stage.only("Node", "AcceleratorUnhealthy").note();
    assertThat(note).hasSize(1024).startsWith("Device gpu-0 is unhealthy: ??").endsWith("...");
  }

  @Test
  void inASteadyStateNothingIsAsked() {
    stage.set("gpu-3", xid(79));
    stage.pass(MINUTE);
    int before = stage.requests.size();
    stage.pass(Duration.ofDays(1));
    assertThat(stage.requests).hasSize(before);
  }

  @Test
  void aDeviceThatFlapsIsASeriesOfFewRequests() {
    stage.claim("a", "gpu-3");
    for (int i = 0; i < 60; i++) { // ten minutes
      stage.set("gpu-3", xid(79));
      stage.pass(SECONDS);
      stage.set("gpu-3");
      stage.pass(SECONDS);
    }
    assertThat(stage.told()).as("one series for each object, and its end").hasSizeLessThan(7);
    assertThat(stage.requests).hasSizeLessThan(25);
    stage.set("gpu-3", xid(79));
    stage.pass(Duration.ofMinutes(25));
    assertThat(stage.only("Node", "AcceleratorUnhealthy").count()).isEqualTo(61);
  }

  @Test
  void anEventThatTheServerHasForgottenIsMadeAnew() {
    stage.set("gpu-3", xid(79));
    stage.pass(MINUTE);
    stage.set("gpu-3");
    stage.pass(HOUR.dividedBy(2));
    stage.set("gpu-3", xid(79));
    stage.pass(HOUR.multipliedBy(3));
    stage.set("gpu-3");
    stage.pass(MINUTE);
    assertThat(stage.told()).containsExactly("Node AcceleratorRecovered 2");
  }

  @Test
  void theNextProcessRepeatsNothingAndTellsTheEnd() {
    stage.claim("a", "gpu-3");
    stage.set("gpu-3", xid(79));
    stage.pass(MINUTE);
    int before = stage.requests.size();
    stage.start();
    stage.pass(MINUTE.multipliedBy(3));
    assertThat(stage.requests).hasSize(before);

    stage.start();
    stage.set("gpu-3");
    stage.pass(MINUTE.multipliedBy(3));
    assertThat(stage.told()).contains("Pod AcceleratorRecovered 1").hasSize(6);
    assertThat(stage.only("Pod", "AcceleratorRecovered").note()).contains("XID 79: bad");
  }

  @Test
  void whatWasNotWrittenBeforeTheProcessEndedIsWrittenByTheNext() {
    stage.refusal = ClusterException.Reason.UNREACHABLE;
    stage.set("gpu-3", xid(79));
    stage.pass(SECONDS);
    stage.refusal = null;
    stage.start();
    stage.pass(SECONDS);
    assertThat(stage.told()).containsExactly("Node AcceleratorUnhealthy 1");
  }

  @Test
  void aLostAnswerMakesNoSecondEvent() {
    stage.set("gpu-3", xid(79));
    stage.pass(SECONDS);
    String first = stage.only("Node", "AcceleratorUnhealthy").name();
    stage.stop();
    try {
      Files.delete(dir.resolve("events.json"));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    stage.start();
    stage.pass(SECONDS);
    assertThat(stage.requests).hasSize(2);
    assertThat(stage.only("Node", "AcceleratorUnhealthy").name()).isEqualTo(first);
  }

  @Test
  void aDamagedMemoryCostsARepetitionAtMost() throws Exception {
    stage.stop();
    Files.writeString(
        dir.resolve("events.json"),
        "{\"faults\":[{\"device\":\"gpu-1\"},{\"since\":\"2026-11-29T04:00:00Z\",\"action\":\"X\"}]}");
    stage.start();
    stage.set("gpu-3", xid(79));
    stage.pass(SECONDS);
    assertThat(stage.told()).containsExactly("Node AcceleratorUnhealthy 1");
    stage.stop();
    Files.writeString(dir.resolve("events.json"), "{\"faults\":[");
    stage.start();
    stage.pass(SECONDS);
    assertThat(stage.told()).containsExactly("Node AcceleratorUnhealthy 1");
  }

  @Test
  void anApiServerThatIsAwayIsAskedEverMoreSeldomAndHearsOfItLater() {
    stage.refusal = ClusterException.Reason.UNREACHABLE;
    stage.set("gpu-3", xid(79));
    stage.pass(Duration.ofMinutes(10));
    assertThat(stage.requests).hasSizeBetween(8, 25);
    stage.refusal = null;
    stage.pass(Duration.ofMinutes(3));
    assertThat(stage.told()).containsExactly("Node AcceleratorUnhealthy 1");
    assertThat(stage.outcomes).contains("unreachable", "ok");
  }

  @Test
  void whatNobodyTookForHalfAnHourIsDroppedAndCounted() {
    stage.refusal = ClusterException.Reason.UNREACHABLE;
    for (int i = 0; i < 300; i++) {
      stage.claim("c" + i, "gpu-" + i % 8);
    }
    for (int i = 0; i < 8; i++) {
      stage.set("gpu-" + i, xid(79));
    }
    stage.pass(HOUR);
    assertThat(Collections.frequency(stage.outcomes, EventObserver.DROPPED)).isEqualTo(601);
  }

  @Test
  void aServerThatRefusesIsLeftAlone() {
    stage.refusal = ClusterException.Reason.FORBIDDEN;
    for (int i = 0; i < 40; i++) {
      stage.claim("c" + i, "gpu-3");
    }
    stage.set("gpu-3", xid(79));
    stage.pass(Duration.ofMinutes(4));
    assertThat(stage.requests).hasSize(3);
    assertThat(stage.outcomes).containsOnly("forbidden");
  }

  @Test
  void theBucketHoldsBackManyHolders() {
    for (int i = 0; i < 45; i++) {
      stage.claim("c" + i, "gpu-3");
    }
    stage.set("gpu-3", xid(79));
    stage.pass(MINUTE);
    assertThat(stage.requests).hasSizeBetween(25, 31);
    assertThat(stage.requests.getFirst()).isEqualTo("create Node");
    stage.pass(Duration.ofMinutes(9));
    assertThat(stage.requests).hasSize(91);
  }

  @Test
  void inALargeClusterEachRequestWaitsItsTurn() {
    stage.spread = MINUTE.toNanos();
    for (int i = 0; i < 8; i++) {
      stage.claim("c" + i, "gpu-" + i);
      stage.set("gpu-" + i, xid(79));
    }
    stage.pass(Duration.ofMinutes(5));
    assertThat(stage.requests).hasSizeBetween(2, 10);
    stage.pass(Duration.ofMinutes(25));
    assertThat(stage.requests).hasSize(17);
  }

  @Test
  void ofTwoProcessesOneTells() {
    stage.pass(SECONDS);
    EventStage other = new EventStage(dir, 8);
    other.set("gpu-3", xid(79));
    other.pass(MINUTE);
    assertThat(other.requests).isEmpty();
    stage.stop();
    other.pass(MINUTE);
    assertThat(other.told()).containsExactly("Node AcceleratorUnhealthy 1");
    other.stop();
  }
}
