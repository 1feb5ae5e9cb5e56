package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.agent.host.InstanceLock;
import dev.acceld.agent.http.Condition;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.kubelet.PrepareAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A rolling update: the successor is there before the predecessor leaves. */
class SurgeTest {
  private static final Executor THREADS = work -> Thread.ofPlatform().daemon().start(work);
  private AgentStage stage;

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  @Test
  void podsComeAndGoWhileAgentsAreReplaced() throws Exception {
    Agent now = stage.ready("a0", Map.of());
    ClaimId claim = stage.claim("pod-1");
    AtomicBoolean stop = new AtomicBoolean();
    List<String> failures = new CopyOnWriteArrayList<>();
    AtomicInteger lives = new AtomicInteger();
    AtomicInteger gaps = new AtomicInteger();
    CompletableFuture<Void> churn =
        CompletableFuture.runAsync(
            () -> {
              while (!stop.get()) {
                live(claim, failures);
                lives.incrementAndGet();
                gaps.addAndGet(stage.published() == 0 ? 1 : 0);
              }
            },
            THREADS);

    for (int i = 1; i <= 3; i++) {
      int before = lives.get();
      Agent next = stage.ready("a" + i, Map.of());
      now.close();
      now = next;
      await().atMost(PATIENCE).until(() -> lives.get() > before + 5);
    }

    stop.set(true);
    churn.get(30, TimeUnit.SECONDS);
    assertThat(failures).isEmpty();
    assertThat(gaps).hasValue(0);
    assertThat(now.claims()).isEmpty();
    assertThat(stage.claimFiles()).isEmpty();
    assertThat(stage.api.requests().all())
        .as("nobody took the slices away or wrote them without need")
        .filteredOn(r -> r.resource().equals("resourceslices"))
        .extracting(r -> r.verb())
        .doesNotContain("delete")
        .filteredOn(verb -> verb.equals("create"))
        .hasSize(1);
  }

  /** One pod's life, as far as the driver sees it. */
  private void live(ClaimId claim, List<String> failures) {
    try {
      for (PrepareAnswer answer :
          stage.kubelet.prepare(AgentStage.DRIVER, List.of(claim)).values()) {
        if (!answer.error().isEmpty()) {
          failures.add("prepare: " + answer.error());
        }
      }
      for (String error : stage.kubelet.unprepare(AgentStage.DRIVER, List.of(claim)).values()) {
        if (!error.isEmpty()) {
          failures.add("unprepare: " + error);
        }
      }
    } catch (RuntimeException e) {
      failures.add(e.toString());
    }
  }

  @Test
  void theSuccessorTakesOverTheSlicesAndRepairsThem() throws Exception {
    Agent old = stage.ready("a0", Map.of());
    Agent young = stage.ready("a1", Map.of());
    assertThat(slices(young)).contains("another agent of this node writes the slices");

    old.close();

    await().atMost(PATIENCE).until(() -> slices(young).contains("1 devices are published"));
    stage.api.wipeSlices(AgentStage.DRIVER, AgentStage.NODE);
    await().atMost(PATIENCE).until(() -> stage.published() == 1);
  }

  private static String slices(Agent agent) {
    return agent.conditions().stream()
        .filter(c -> c.name().equals("slices"))
        .findFirst()
        .orElseThrow()
        .sentence();
  }

  @Test
  void theOldOneStaysUntilTheKubeletHasItsSuccessor() throws Exception {
    Agent old = stage.ready("a0", Map.of());
    ClaimId claim = stage.claim("pod-1");
    // A successor that is just starting.
    try (InstanceLock starting = InstanceLock.hold(stage.stateDir())) {
      CompletableFuture<Void> leaving = CompletableFuture.runAsync(old::close, THREADS);
      await().atMost(PATIENCE).until(() -> !ready(old));
      assertThat(stage.kubelet.prepare(List.of(claim)).values())
          .allSatisfy(a -> assertThat(a.error()).isEmpty());
      assertThat(stage.kubelet.registrations()).hasSize(1);
      assertThat(leaving).isNotDone();

      starting.registered(true);

      leaving.get(10, TimeUnit.SECONDS);
    }
    await().atMost(PATIENCE).until(() -> stage.kubelet.registrations().isEmpty());
  }

  private static boolean ready(Agent agent) {
    return agent.conditions().stream().noneMatch(Condition::blocks);
  }

  @Test
  void readinessNoticesAKubeletThatHasGone() throws Exception {
    Agent agent = stage.ready("a0", Map.of());
    stage.kubelet.stop();
    await().atMost(PATIENCE).until(() -> !ready(agent));
    assertThat(agent.conditions())
        .filteredOn(Condition::blocks)
        .singleElement()
        .satisfies(c ->
            assertThat(c.sentence()).contains("no longer connected", "check that it is running"));

    stage.kubelet.start();
    await().atMost(PATIENCE).until(() -> ready(agent));
  }

  @Test
  void theOldOneStaysReadyBesideItsSuccessorAndBothNoticeAKubeletThatHasGone() throws Exception {
    Agent old = stage.ready("a0", Map.of());
    Agent young = stage.ready("a1", Map.of());
    // Readiness tolerates five seconds without a connection.
    await().during(Duration.ofSeconds(6)).atMost(PATIENCE).until(() -> ready(old) && ready(young));

    stage.kubelet.stop();

    await().atMost(PATIENCE).until(() -> !ready(old) && !ready(young));
  }

  @Test
  void closingTwiceIsFine() throws Exception {
    Agent agent = stage.ready("a0", Map.of());
    List<Runnable> both = new ArrayList<>(List.of(agent::close, agent::close));
    both.forEach(Runnable::run);
    assertThat(stage.kubeletDir().resolve("plugins_registry")).isEmptyDirectory();
  }
}
