package dev.acceld.dra.kubelet;

import static dev.acceld.dra.kubelet.FakeClaims.arrived;
import static dev.acceld.dra.kubelet.FakeClaims.claim;
import static dev.acceld.dra.kubelet.PluginRig.DRIVER;
import static dev.acceld.dra.kubelet.PluginRig.PATIENCE;
import static dev.acceld.dra.kubelet.PluginRig.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.acceld.fake.ClaimId;
import dev.acceld.fake.kubelet.FakeKubelet;
import dev.acceld.fake.kubelet.KubeletHooks;
import dev.acceld.fake.kubelet.KubeletOptions;
import dev.acceld.fake.kubelet.PrepareAnswer;
import dev.acceld.fake.kubelet.PrepareAnswer.AnsweredDevice;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClaimsOnTheWireTest {
  private PluginRig rig;

  @BeforeEach
  void open() throws Exception {
    rig = new PluginRig();
  }

  @AfterEach
  void close() throws Exception {
    rig.close();
  }

  private FakeKubelet connected(KubeletOptions options) throws Exception {
    rig.started("aaaa1111");
    FakeKubelet kubelet = rig.kubelet(options, KubeletHooks.NONE);
    kubelet.awaitRegistered(DRIVER, PATIENCE);
    return kubelet;
  }

  @Test
  void answersEachClaimOnItsOwn() throws Exception {
    FakeKubelet kubelet = connected(KubeletOptions.quick());

    Map<String, PrepareAnswer> answers =
        kubelet.prepare(List.of(claim("one"), claim("bad"), claim("forgotten")));

    assertThat(at(answers, "uid-of-one"))
        .isEqualTo(
            new PrepareAnswer(
                List.of(
                    new AnsweredDevice(
                        List.of("main"),
                        "node-1",
                        "gpu-0",
                        List.of("acceld.dev/claim=uid-of-one-gpu-0"),
                        Optional.of("share-1"))),
                ""));
    assertThat(at(answers, "uid-of-bad").error()).isEqualTo("default/bad is bad");
    assertThat(at(answers, "uid-of-bad").devices()).isEmpty();
    assertThat(at(answers, "uid-of-forgotten").error()).contains("uid-of-forgotten");
    assertThat(kubelet.unprepare(List.of(claim("one"), claim("stuck"), claim("never-seen"))))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "uid-of-one", "",
                "uid-of-stuck", "default/stuck is stuck",
                "uid-of-never-seen", ""));
  }

  @Test
  void noTenantWritesALineOfTheKubeletsLog() throws Exception {
    FakeKubelet kubelet = connected(KubeletOptions.quick());

    Map<String, PrepareAnswer> answers = kubelet.prepare(List.of(claim("bad-forger")));

    assertThat(at(answers, "uid-of-bad-forger").error())
        .isEqualTo("default/bad-forger\\nE1128 forged\\u001b[2J");
  }

  @Test
  void theOlderVersionHasNoShares() throws Exception {
    FakeKubelet kubelet =
        connected(
            KubeletOptions.quick()
                .knowing(List.of("v1beta1.DRAPlugin"), List.of("v1alpha1.DRAResourceHealth")));
    assertThat(kubelet.registrations().getFirst().draVersion()).isEqualTo("v1beta1.DRAPlugin");

    var answers = kubelet.prepare(List.of(claim("one"), claim("bad")));

    AnsweredDevice device = at(answers, "uid-of-one").devices().getFirst();
    assertThat(device.device()).isEqualTo("gpu-0");
    assertThat(device.requests()).containsExactly("main");
    assertThat(at(answers, "uid-of-bad").error()).isEqualTo("default/bad is bad");
    assertThat(kubelet.unprepare(List.of(claim("one")))).containsEntry("uid-of-one", "");
  }

  @Test
  void theOlderVersionSendsNoFieldThatItDoesNotHave() {
    ClaimCalls calls = new ClaimCalls(rig.claims);
    var asked =
        List.of(
            dev.acceld.kubelet.proto.dra.v1.Claim.newBuilder()
                .setNamespace("default")
                .setName("one")
                .setUid("u")
                .build());

    var v1beta1 = calls.prepare(asked, () -> false, false).getClaimsOrThrow("u");
    var v1 = calls.prepare(asked, () -> false, true).getClaimsOrThrow("u");

    assertThat(v1beta1.getDevices(0).hasShareId()).isFalse();
    assertThat(v1.getDevices(0).getShareId()).isEqualTo("share-1");
  }

  @Test
  void anEmptyRequestIsFineAndNobodysBusiness() throws Exception {
    List<String> seen = new CopyOnWriteArrayList<>();
    rig.plugin(
            "aaaa1111",
            rig.claims,
            new KubeletPluginObserver() {
              @Override
              public void answered(
                  Call call, int claims, int failed, Duration took, boolean cancelled) {
                seen.add(call + " " + claims + " " + failed + " " + cancelled);
              }
            })
        .start();
    FakeKubelet kubelet = rig.kubelet();
    kubelet.awaitRegistered(DRIVER, PATIENCE);

    assertThat(kubelet.prepare(List.of())).isEmpty();
    assertThat(kubelet.unprepare(List.of())).isEmpty();
    kubelet.prepare(List.of(claim("one"), claim("bad")));

    await().atMost(PATIENCE).until(() -> !seen.isEmpty());
    assertThat(seen).containsExactly("PREPARE 2 1 false");
  }

  @Test
  void theSameClaimTwiceInOneRequestIsPreparedOnce() throws Exception {
    FakeKubelet kubelet = connected(KubeletOptions.quick());

    assertThat(kubelet.prepare(List.of(claim("one"), claim("one")))).hasSize(1);

    assertThat(rig.claims.prepared).containsExactly(arrived("one"));
  }

  @Test
  void aClaimThatIsNotFullyNamedCostsOnlyItself() throws Exception {
    FakeKubelet kubelet = connected(KubeletOptions.quick());

    var answers =
        kubelet.prepare(List.of(claim("one"), new ClaimId("", "nameless", "uid-of-nameless")));

    assertThat(at(answers, "uid-of-one").error()).isEmpty();
    assertThat(at(answers, "uid-of-nameless").error()).contains("nameless", "incompletely");
  }

  @Test
  void aFailureInsideIsAnErrorOfTheClaims() throws Exception {
    rig.claims.work.put(
        "broken",
        call -> {
          throw new IllegalStateException("a bug");
        });
    FakeKubelet kubelet = connected(KubeletOptions.quick());

    assertThat(at(kubelet.prepare(List.of(claim("broken"))), "uid-of-broken").error())
        .contains("a bug", "log");
  }

  @Test
  void servesManyCallsAtOnceAndUnprepareNeverWaits() throws Exception {
    int calls = 24;
    CyclicBarrier allInside = new CyclicBarrier(calls + 1);
    CountDownLatch goOn = new CountDownLatch(1);
    FakeKubelet kubelet = connected(KubeletOptions.quick());
    try (ExecutorService pool = Executors.newCachedThreadPool()) {
      List<CompletableFuture<Map<String, PrepareAnswer>>> answers = new ArrayList<>();
      for (int i = 0; i < calls; i++) {
        ClaimId claim = claim("parallel-" + i);
        rig.claims.work.put(
            claim.name(),
            call -> {
              try {
                allInside.await(10, TimeUnit.SECONDS);
                goOn.await();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
        answers.add(CompletableFuture.supplyAsync(() -> kubelet.prepare(List.of(claim)), pool));
      }
      allInside.await(10, TimeUnit.SECONDS);

      assertThat(kubelet.unprepare(List.of(claim("other")))).containsEntry("uid-of-other", "");
      assertThat(answers).noneMatch(CompletableFuture::isDone);

      goOn.countDown();
      for (var answer : answers) {
        assertThat(answer.get(10, TimeUnit.SECONDS).values())
            .allMatch(one -> one.error().isEmpty());
      }
    }
  }

  @Test
  void theWorkLearnsThatTheKubeletHasGivenUp() throws Exception {
    AtomicBoolean learned = new AtomicBoolean();
    rig.claims.work.put(
        "slow",
        call -> {
          for (int i = 0; i < 100 && !call.cancelled(); i++) {
            Thread.sleep(50);
          }
          learned.set(call.cancelled());
        });
    FakeKubelet kubelet = connected(KubeletOptions.quick().callDeadline(Duration.ofMillis(300)));

    assertThatThrownBy(() -> kubelet.prepare(List.of(claim("slow"))))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));

    await().atMost(PATIENCE).untilTrue(learned);
    assertThat(at(kubelet.prepare(List.of(claim("next"))), "uid-of-next").error()).isEmpty();
  }
}
