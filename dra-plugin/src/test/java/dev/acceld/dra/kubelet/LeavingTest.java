package dev.acceld.dra.kubelet;

import static dev.acceld.dra.kubelet.FakeClaims.arrived;
import static dev.acceld.dra.kubelet.FakeClaims.claim;
import static dev.acceld.dra.kubelet.PluginRig.DRIVER;
import static dev.acceld.dra.kubelet.PluginRig.PATIENCE;
import static dev.acceld.dra.kubelet.PluginRig.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.acceld.fake.kubelet.FakeKubelet;
import dev.acceld.fake.kubelet.KubeletHooks;
import dev.acceld.fake.kubelet.KubeletOptions;
import dev.acceld.fake.kubelet.PrepareAnswer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeavingTest {
  // The common pool of a small machine has one thread.
  private static final Executor THREADS = work -> Thread.ofPlatform().daemon().start(work);
  private PluginRig rig;

  @BeforeEach
  void open() throws Exception {
    rig = new PluginRig();
  }

  @AfterEach
  void close() throws Exception {
    rig.close();
  }

  @Test
  void aCallInFlightIsFinishedBeforeTheKubeletIsLetGo() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    rig.claims.work.put(
        "slow",
        call -> {
          inside.countDown();
          goOn.await();
        });
    KubeletPlugin plugin = rig.started("aaaa1111");
    FakeKubelet kubelet = rig.kubelet();
    kubelet.awaitRegistered(DRIVER, PATIENCE);
    await().atMost(PATIENCE).until(() -> plugin.healthStreams() == 1);
    CompletableFuture<Map<String, PrepareAnswer>> answer =
        CompletableFuture.supplyAsync(() -> kubelet.prepare(List.of(claim("slow"))), THREADS);
    assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();

    CompletableFuture<Void> leaving =
        CompletableFuture.runAsync(() -> plugin.stop(Duration.ofSeconds(20)), THREADS);
    await().atMost(PATIENCE).until(() -> plugin.healthStreams() == 0);
    await().during(Duration.ofMillis(300)).until(() -> !leaving.isDone());
    assertThat(plugin.sockets().registration()).exists(); // its end would cut the call off
    goOn.countDown();

    assertThat(at(answer.get(10, TimeUnit.SECONDS), "uid-of-slow").error()).isEmpty();
    leaving.get(10, TimeUnit.SECONDS);
    assertThat(plugin.sockets().registration()).doesNotExist();
    assertThat(plugin.sockets().dra()).doesNotExist();
    await().atMost(PATIENCE).until(() -> kubelet.registrations().isEmpty());
  }

  @Test
  void aCallThatDoesNotEndHoldsUpTheLeavingOnlySoLong() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    rig.claims.work.put(
        "endless",
        call -> {
          inside.countDown();
          never.await();
        });
    KubeletPlugin plugin = rig.started("aaaa1111");
    FakeKubelet kubelet = rig.kubelet();
    kubelet.awaitRegistered(DRIVER, PATIENCE);
    CompletableFuture<Map<String, PrepareAnswer>> answer =
        CompletableFuture.supplyAsync(() -> kubelet.prepare(List.of(claim("endless"))), THREADS);
    assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();

    CompletableFuture.runAsync(() -> plugin.stop(Duration.ofMillis(300)), THREADS)
        .get(10, TimeUnit.SECONDS);

    assertThatThrownBy(() -> answer.get(10, TimeUnit.SECONDS)).isNotNull();
    assertThat(plugin.sockets().registration()).doesNotExist();
    never.countDown();
  }

  @Test
  void theOlderOfTwoInstancesLeavesAndTheYoungerGoesOn() throws Exception {
    FakeClaims oldClaims = new FakeClaims();
    KubeletPlugin old = rig.plugin("aaaa1111", oldClaims, KubeletPluginObserver.NONE);
    old.start();
    List<String> gone = new CopyOnWriteArrayList<>();
    FakeKubelet kubelet =
        rig.kubelet(
            KubeletOptions.quick().wipeDelay(Duration.ofMillis(400)),
            new KubeletHooks() {
              @Override
              public void driverGone(String driver) {
                gone.add(driver);
              }
            });
    kubelet.awaitRegistered(DRIVER, PATIENCE);
    kubelet.prepare(List.of(claim("first")));
    assertThat(oldClaims.prepared).hasSize(1);

    KubeletPlugin young = rig.started("bbbb2222");
    await()
        .atMost(PATIENCE)
        .until(() ->
            kubelet
                .awaitRegistered(DRIVER, PATIENCE)
                .endpoint()
                .equals(young.sockets().dra().toString()));
    old.stop(Duration.ofSeconds(5));

    await().atMost(PATIENCE).until(() -> kubelet.registrations().size() == 1);
    kubelet.prepare(List.of(claim("second")));
    assertThat(rig.claims.prepared).containsExactly(arrived("second"));
    assertThat(young.sockets().dra()).exists();
    assertThat(young.sockets().registration()).exists();
    await().during(Duration.ofMillis(600)).atMost(PATIENCE).until(gone::isEmpty);
  }

  @Test
  void aDriverThatStaysAwayIsGone() throws Exception {
    KubeletPlugin plugin = rig.started("aaaa1111");
    AtomicInteger gone = new AtomicInteger();
    FakeKubelet kubelet =
        rig.kubelet(
            KubeletOptions.quick().wipeDelay(Duration.ofMillis(200)),
            new KubeletHooks() {
              @Override
              public void driverGone(String driver) {
                gone.incrementAndGet();
              }
            });
    kubelet.awaitRegistered(DRIVER, PATIENCE);

    plugin.stop(Duration.ofSeconds(5));

    await().atMost(PATIENCE).until(() -> gone.get() == 1);
    assertThatThrownBy(() -> kubelet.prepare(DRIVER, List.of(claim("one"))))
        .hasMessageContaining("acceld.dev is not registered");
  }

  @Test
  void stoppingTwiceIsFine() throws Exception {
    KubeletPlugin plugin = rig.started("aaaa1111");

    plugin.stop(Duration.ofSeconds(5));
    plugin.close();

    assertThatThrownBy(plugin::start).hasMessageContaining("stopped");
  }
}
