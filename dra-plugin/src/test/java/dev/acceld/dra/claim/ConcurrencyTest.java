package dev.acceld.dra.claim;

import static dev.acceld.dra.claim.Node.prepare;
import static dev.acceld.dra.claim.Node.prepared;
import static dev.acceld.dra.claim.Node.unprepare;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.dra.claim.ClaimService.CallScope;
import dev.acceld.dra.claim.ClaimService.PrepareOutcome;
import dev.acceld.dra.claim.ClaimService.UnprepareOutcome;
import dev.acceld.dra.claim.service.ClaimManager;
import dev.acceld.dra.cluster.ClaimRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Calls that meet: the same claim twice, the same device for two claims, calls that are too late.
 */
@Timeout(60)
class ConcurrencyTest {
  @TempDir Path dir;
  private Node node;

  @BeforeEach
  void node() {
    node = new Node(dir);
    node.settings =
        node.settings.withBudgets(
            Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(12));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPrepareWaitsInsideTheCallUntilTheDeviceIsGivenBack(boolean byTheSameProcess)
      throws Exception {
    ClaimManager manager = node.open();
    ClaimManager unpreparing = byTheSameProcess ? manager : node.open();
    ClaimRef old = node.cluster.allocate("old", "u1", "gpu-0", "gpu-1");
    ClaimRef young = node.cluster.allocate("young", "u2", "gpu-0");
    ClaimRef elsewhere = node.cluster.allocate("elsewhere", "u3", "gpu-2");
    prepared(manager, old);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<PrepareOutcome> waiting = threads.submit(() -> prepare(manager, young));
      Thread.sleep(150);
      assertThat(waiting.isDone()).isFalse();
      assertThat(prepared(manager, elsewhere)).hasSize(1); // nobody else is held up
      long begin = System.nanoTime();
      assertThat(unprepare(unpreparing, old)).isEqualTo(new UnprepareOutcome.Done());
      assertThat(waiting.get(5, TimeUnit.SECONDS)).isInstanceOf(PrepareOutcome.Prepared.class);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(1));
    }
    assertThat(manager.held()).extracting(HeldDevice::device).containsOnly("gpu-0", "gpu-2");
  }

  @Test
  void twoPodsOfASharedClaimAreAnsweredAlike() throws Exception {
    ClaimManager manager = node.open();
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0", "gpu-1");
    List<Future<List<PreparedDevice>>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 8; i++) {
        answers.add(threads.submit(() -> prepared(manager, claim)));
      }
      for (Future<List<PreparedDevice>> answer : answers) {
        assertThat(answer.get()).isEqualTo(answers.getFirst().get());
      }
    }
    assertThat(manager.prepared()).hasSize(1);
  }

  @Test
  void aCancelledPrepareChangesNothing() {
    ClaimManager manager = node.open();
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    AtomicBoolean cancelled = new AtomicBoolean();
    node.cluster.beforeGet = () -> cancelled.set(true);
    assertThat(prepare(manager, claim, cancelled::get))
        .isInstanceOfSatisfying(
            PrepareOutcome.Failed.class, f -> assertThat(f.message()).contains("no longer waits"));
    assertThat(node.filesOfClaims()).isEmpty();
  }

  @Test
  void aCancelledPrepareStopsWaitingForADevice() throws Exception {
    ClaimManager manager = node.open();
    prepared(manager, node.cluster.allocate("old", "u1", "gpu-0"));
    ClaimRef young = node.cluster.allocate("young", "u2", "gpu-0");
    AtomicBoolean cancelled = new AtomicBoolean();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<PrepareOutcome> waiting =
          threads.submit(() -> prepare(manager, young, cancelled::get));
      Thread.sleep(50);
      cancelled.set(true);
      assertThat(waiting.get(2, TimeUnit.SECONDS)).isInstanceOf(PrepareOutcome.Failed.class);
    }
  }

  /** The unprepare is in the same process, or in the other one of a rolling update. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPrepareThatAnUnprepareHasOvertakenChangesNothingAnyMore(boolean byTheSameProcess)
      throws Exception {
    ClaimManager manager = node.open();
    ClaimManager unpreparing = byTheSameProcess ? manager : node.open();
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    node.cluster.beforeGet =
        () -> {
          reading.countDown();
          try {
            goOn.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<PrepareOutcome> stale = threads.submit(() -> prepare(manager, claim));
      reading.await();
      assertThat(unprepare(unpreparing, claim)).isEqualTo(new UnprepareOutcome.Done());
      goOn.countDown();
      assertThat(stale.get(5, TimeUnit.SECONDS))
          .isInstanceOfSatisfying(
              PrepareOutcome.Failed.class, f -> assertThat(f.message()).contains("unprepared"));
    }
    assertThat(node.filesOfClaims()).isEmpty();
    assertThat(prepared(manager, claim)).hasSize(1); // asked for anew, it is done
  }

  /**
   * Rolling update: the first pod's call hangs in the old process, the new one did the second's.
   */
  @Test
  void aPrepareThatHangsIsOvertakenThoughAnotherProcessHadPreparedTheClaim() throws Exception {
    ClaimManager old = node.open();
    ClaimManager young = node.open();
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    node.cluster.beforeGet =
        () -> {
          if (reading.getCount() > 0) {
            reading.countDown();
            try {
              goOn.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          }
        };
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<PrepareOutcome> stale = threads.submit(() -> prepare(old, claim));
      reading.await();
      assertThat(prepared(young, claim)).hasSize(1);
      assertThat(unprepare(young, claim)).isEqualTo(new UnprepareOutcome.Done());
      goOn.countDown();
      assertThat(stale.get(5, TimeUnit.SECONDS)).isInstanceOf(PrepareOutcome.Failed.class);
    }
    assertThat(node.filesOfClaims()).isEmpty();
  }

  /**
   * Eight callers over two processes that share the directories, four devices, claims that want up
   * to three of them; calls are cancelled at random. Whoever was told "prepared" writes its name on
   * its devices: nobody else's may stand there.
   */
  @Test
  void noDeviceIsEverGivenTwice() throws Exception {
    node.settings =
        node.settings.withBudgets(
            Duration.ofSeconds(1), Duration.ofMillis(30), Duration.ofSeconds(12));
    List<ClaimManager> processes = List.of(node.open(), node.open());
    Map<String, String> owners = new ConcurrentHashMap<>();
    List<String> violations = java.util.Collections.synchronizedList(new ArrayList<>());
    AtomicInteger successes = new AtomicInteger();
    List<Callable<Void>> callers = new ArrayList<>();
    for (int caller = 0; caller < 8; caller++) {
      int id = caller;
      callers.add(() -> {
        Random random = new Random(id);
        for (int i = 0; i < 40; i++) {
          oneLife(processes, random, "u" + id + "x" + (i % 3), owners, violations, successes);
        }
        return null;
      });
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Future<Void> done : threads.invokeAll(callers)) {
        done.get();
      }
    }
    assertThat(violations).isEmpty();
    assertThat(successes.get()).isGreaterThan(50);
    for (ClaimManager process : processes) {
      process.poll();
      assertThat(process.held()).isEmpty();
      process.sweep();
    }
    assertThat(node.filesOfClaims()).isEmpty();
  }

  private void oneLife(
      List<ClaimManager> processes,
      Random random,
      String uid,
      Map<String, String> owners,
      List<String> violations,
      AtomicInteger successes) {
    List<String> wanted = new ArrayList<>(List.of("gpu-0", "gpu-1", "gpu-2", "gpu-3"));
    java.util.Collections.shuffle(wanted, random);
    wanted = wanted.subList(0, 1 + random.nextInt(3));
    ClaimRef claim = node.cluster.allocate("c-" + uid, uid, wanted.toArray(String[]::new));
    int patience = random.nextInt(4);
    AtomicInteger asked = new AtomicInteger();
    CallScope call = patience == 0 ? () -> asked.incrementAndGet() > 1 : CallScope.UNCANCELLED;
    if (prepare(processes.get(random.nextInt(2)), claim, call)
        instanceof PrepareOutcome.Prepared p) {
      successes.incrementAndGet();
      for (PreparedDevice device : p.devices()) {
        String other = owners.putIfAbsent(device.device(), uid);
        if (other != null) {
          violations.add(device.device() + " has " + other + " and was given to " + uid);
        }
      }
      if (!p.devices().stream().map(PreparedDevice::device).toList().equals(wanted)) {
        violations.add(uid + " wanted " + wanted + ", got " + p.devices());
      }
      Thread.yield();
      wanted.forEach(device -> owners.remove(device, uid));
    }
    UnprepareOutcome outcome = unprepare(processes.get(random.nextInt(2)), claim);
    if (!outcome.equals(new UnprepareOutcome.Done())) {
      violations.add(uid + ": " + outcome);
    }
  }
}
