package dev.acceld.dra.claim;

import static dev.acceld.dra.claim.Node.prepared;
import static dev.acceld.dra.claim.Node.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.HealthReport.Action;
import dev.acceld.device.HealthReport.Effect;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.HealthReport.State;
import dev.acceld.dra.claim.ClaimService.CallScope;
import dev.acceld.dra.claim.ClaimService.PrepareOutcome;
import dev.acceld.dra.claim.health.SelfTests;
import dev.acceld.dra.claim.service.ClaimManager;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ResourceClaim.Result;
import dev.acceld.probe.Signal;
import dev.acceld.selftest.DeviceSelfTest;
import dev.acceld.vendor.FaultCode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device is tested before its first use, and only what the test finds keeps it back. */
class SelfTestsTest {
  private static final FaultCode BROKEN = new FaultCode("self-test-failed", "flash");
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);

  @TempDir Path dir;
  private Node node;

  /** The devices that were tested, in order. */
  private final List<String> tested = new CopyOnWriteArrayList<>();

  private final List<Signal.Fault> reported = new CopyOnWriteArrayList<>();
  private final List<String> phases = new CopyOnWriteArrayList<>();
  private volatile Function<Device, DeviceSelfTest.Result> outcome =
      device -> new DeviceSelfTest.Result.Passed();

  private final class FakeTest implements DeviceSelfTest {
    @Override
    public String describe() {
      return "reading the flash";
    }

    @Override
    public boolean canTest(Device device) {
      return true;
    }

    @Override
    public Result run(Device device) {
      tested.add(device.name().value());
      return outcome.apply(device);
    }
  }

  @BeforeEach
  void node() {
    node = new Node(dir);
    node.selfTests = tests(SelfTests.PATIENCE);
    node.observer =
        new ClaimObserver() {
          @Override
          public void ended(ClaimRef claim, Operation operation, Phase phase, long ns, boolean ok) {
            if (phase == Phase.SELF_TEST) {
              phases.add(claim.uid() + " " + operation + " " + (ok ? "ok" : "failed"));
            }
          }
        };
  }

  /** As in an agent: what is reported is at once in the health of the device. */
  private SelfTests tests(Duration patience) {
    return new SelfTests(device -> Optional.of(new FakeTest()), this::report, patience, CLOCK);
  }

  private void report(Signal.Fault fault) {
    reported.add(fault);
    Reason reason =
        new Reason(
            fault.code().reason(),
            fault.code().value(),
            "self-test failed: the flash is damaged",
            State.UNHEALTHY,
            Effect.NO_SCHEDULE,
            Action.SERVICE,
            "the device was reset",
            fault.at());
    DeviceName name = fault.device();
    node.health.put(name, new HealthReport(name, State.UNHEALTHY, List.of(reason), fault.at()));
  }

  private ClaimRef claim(String uid, String... devices) {
    return node.cluster.allocate("c-" + uid, uid, devices);
  }

  private static void unprepare(ClaimManager claims, ClaimRef claim) {
    assertThat(claims.unprepare(List.of(claim), CallScope.UNCANCELLED).get(claim.uid()))
        .isInstanceOf(ClaimService.UnprepareOutcome.Done.class);
  }

  @Test
  void eachDeviceIsTestedOnceBeforeItsFirstUse() {
    ClaimManager claims = node.open();
    ClaimRef first = claim("u1", "gpu-0", "gpu-1");
    prepared(claims, first);
    prepared(claims, first);
    unprepare(claims, first);
    prepared(claims, claim("u2", "gpu-1", "gpu-2"));
    assertThat(tested).containsExactly("gpu-0", "gpu-1", "gpu-2");
    assertThat(phases).containsExactly("u1 PREPARE ok", "u2 PREPARE ok");
  }

  @Test
  void noPhaseIsRecordedWhereNothingIsTested() {
    ClaimManager claims = node.open();
    ClaimRef first = claim("u1", "gpu-0");
    prepared(claims, first);
    unprepare(claims, first);
    prepared(claims, claim("u2", "gpu-0"));
    assertThat(phases).containsExactly("u1 PREPARE ok");
  }

  @Test
  void whatTheTestFindsIsAFaultThatRefusesTheClaimAndEndsWithARepair() {
    ClaimManager claims = node.open();
    outcome = device -> new DeviceSelfTest.Result.Failed(BROKEN);
    ClaimRef claim = claim("u1", "gpu-1");
    assertThat(refused(claims, claim))
        .isEqualTo(
            "device gpu-1 of request r is faulty: self-test failed: the flash is damaged;"
                + " recommended action: have the hardware serviced. Delete the pod to get another"
                + " device. To diagnose the fault, use adminAccess or a toleration for"
                + " acceld.dev/self-test-failed in the claim's request");
    assertThat(reported)
        .containsExactly(new Signal.Fault(new DeviceName("gpu-1"), CLOCK.instant(), BROKEN));
    assertThat(node.filesOfClaims()).isEmpty();
    assertThat(phases).containsExactly("u1 PREPARE failed");

    refused(claims, claim);
    assertThat(tested).as("the fault is known").containsExactly("gpu-1");

    node.health.clear(); // taken back as repaired, but it is not
    refused(claims, claim);
    assertThat(tested).containsExactly("gpu-1", "gpu-1");

    node.health.clear();
    outcome = device -> new DeviceSelfTest.Result.Passed();
    prepared(claims, claim);
    assertThat(tested).containsExactly("gpu-1", "gpu-1", "gpu-1");
  }

  @Test
  void oneThatHadAFaultSinceIsTestedAgain() {
    ClaimManager claims = node.open();
    for (String uid : List.of("u1", "u2", "u3")) {
      ClaimRef claim = claim(uid, "gpu-0", "gpu-1");
      prepared(claims, claim);
      unprepare(claims, claim);
      if (uid.equals("u1")) {
        node.selfTests.forget(List.of("gpu-1"));
      } else {
        node.selfTests.forgetAll();
      }
    }
    assertThat(tested).containsExactly("gpu-0", "gpu-1", "gpu-1", "gpu-0", "gpu-1");
  }

  @Test
  void aTestThatAFaultHasOvertakenIsDoneAgain() {
    ClaimManager claims = node.open();
    outcome =
        device -> {
          node.selfTests.forget(List.of("gpu-0"));
          return new DeviceSelfTest.Result.Passed();
        };
    ClaimRef first = claim("u1", "gpu-0");
    prepared(claims, first);
    unprepare(claims, first);
    prepared(claims, claim("u2", "gpu-0"));
    assertThat(tested).containsExactly("gpu-0", "gpu-0");
  }

  /** Of rules that an operator has made milder, and of a claim that tolerates the taint. */
  @Test
  void aFaultThatDoesNotKeepPodsAwayRefusesNothing() {
    node.selfTests =
        new SelfTests(
            device -> Optional.of(new FakeTest()), reported::add, Duration.ofSeconds(2), CLOCK);
    outcome = device -> new DeviceSelfTest.Result.Failed(BROKEN);
    ClaimManager claims = node.open();
    ClaimRef claim = claim("u1", "gpu-1");
    prepared(claims, claim);
    assertThat(reported).hasSize(1);
    assertThat(phases).containsExactly("u1 PREPARE ok");
    unprepare(claims, claim);
    prepared(claims, claim("u2", "gpu-1"));
    assertThat(tested).as("it has not passed").hasSize(2);
  }

  @Test
  void aTestThatCannotBeDoneRefusesNothingAndIsTriedAgain() {
    ClaimManager claims = node.open();
    Map<String, Function<Device, DeviceSelfTest.Result>> ways =
        Map.of(
            "u1",
            device -> new DeviceSelfTest.Result.Unknown("NOT_SUPPORTED"),
            "u2",
            device -> {
              throw new IllegalStateException("the library is odd");
            });
    ways.forEach((uid, way) -> {
      outcome = way;
      ClaimRef claim = claim(uid, "gpu-3");
      prepared(claims, claim);
      unprepare(claims, claim);
    });
    assertThat(tested).containsExactly("gpu-3", "gpu-3");
    assertThat(reported).isEmpty();
    assertThat(phases).allMatch(phase -> phase.endsWith(" ok")).hasSize(2);
  }

  @Test
  void aTestThatHangsCostsItsLimitOnceRefusesNothingAndCountsWhenItReturns() {
    Map<String, CountDownLatch> back =
        Map.of("gpu-0", new CountDownLatch(1), "gpu-1", new CountDownLatch(1));
    node.selfTests = tests(Duration.ofMillis(500));
    outcome =
        device -> {
          String name = device.name().value();
          Optional.ofNullable(back.get(name)).ifPresent(SelfTestsTest::awaitQuietly);
          return name.equals("gpu-1")
              ? new DeviceSelfTest.Result.Failed(BROKEN)
              : new DeviceSelfTest.Result.Passed();
        };
    ClaimManager claims = node.open();
    try {
      for (String uid : List.of("u1", "u2")) {
        ClaimRef claim = claim(uid, "gpu-0", "gpu-2");
        prepared(claims, claim);
        unprepare(claims, claim);
      }
      prepared(claims, claim("u3", "gpu-1"));
      assertThat(tested).as("one call at a time").containsExactly("gpu-0", "gpu-2", "gpu-1");
      assertThat(node.selfTests.untested(allocated("gpu-0"))).hasSize(1);
      assertThat(reported).isEmpty();
    } finally {
      back.values().forEach(CountDownLatch::countDown);
    }
    await().until(() -> node.selfTests.untested(allocated("gpu-0")).isEmpty());
    await().untilAsserted(() -> assertThat(reported).hasSize(1));
    assertThat(node.selfTests.untested(allocated("gpu-1"))).hasSize(1);
  }

  private static List<AllocatedDevice> allocated(String gpu) {
    Result result = new Result("r", Node.DRIVER, Node.NAME, gpu, false, Optional.empty());
    return List.of(new AllocatedDevice(result, Node.gpu(gpu)));
  }

  /** A claim for eight devices of a driver that hangs is answered in time. */
  @Test
  void noTestBeginsWhenThoseBeforeHaveTakenTooLong() {
    CountDownLatch back = new CountDownLatch(1);
    node.selfTests = tests(Duration.ofMillis(50));
    outcome =
        device -> {
          awaitQuietly(back);
          return new DeviceSelfTest.Result.Passed();
        };
    try {
      prepared(node.open(), claim("u1", "gpu-0", "gpu-1", "gpu-2", "gpu-3"));
      assertThat(tested).containsExactly("gpu-0");
    } finally {
      back.countDown();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Two partitions of a GPU: the second claim waits for the test of the first. */
  @Test
  void twoClaimsAtOnceTestAPartOnce() throws Exception {
    node.inventory = FakeParts.inventory();
    node.control = new FakeParts();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    outcome =
        device -> {
          begun.countDown();
          awaitQuietly(go);
          return new DeviceSelfTest.Result.Passed();
        };
    ClaimManager claims = node.open();
    ClaimRef one = claim("u1", "gpu-0-half-0");
    ClaimRef two = claim("u2", "gpu-0-half-1");
    List<PrepareOutcome> outcomes = new CopyOnWriteArrayList<>();
    Thread first = Thread.ofPlatform().start(() -> outcomes.add(Node.prepare(claims, one)));
    begun.await();
    Thread second = Thread.ofPlatform().start(() -> outcomes.add(Node.prepare(claims, two)));
    go.countDown();
    first.join();
    second.join();
    assertThat(outcomes).hasSize(2).allMatch(o -> o instanceof PrepareOutcome.Prepared);
    assertThat(tested).hasSize(1);
  }

  /** The same without the locks of claims, as of two calls that know nothing of each other. */
  @Test
  void aPartThatPassesMeanwhileIsNotTestedAgain() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    outcome =
        device -> {
          begun.countDown();
          awaitQuietly(go);
          return new DeviceSelfTest.Result.Passed();
        };
    List<AllocatedDevice> gpu = allocated("gpu-0");
    assertThat(node.selfTests.untested(gpu)).isEqualTo(gpu);
    List<Boolean> passed = new CopyOnWriteArrayList<>();
    Thread first = Thread.ofPlatform().start(() -> passed.add(node.selfTests.pass(gpu)));
    begun.await();
    Thread second = Thread.ofPlatform().start(() -> passed.add(node.selfTests.pass(gpu)));
    await().until(() -> second.getState() == Thread.State.TIMED_WAITING);
    go.countDown();
    first.join();
    second.join();
    assertThat(passed).containsExactly(true, true);
    assertThat(tested).hasSize(1);
    assertThat(node.selfTests.untested(gpu)).isEmpty();
  }

  @Test
  void adminAccessIsNoUseAndAClaimThatHasItsDevicesIsNoFirstOne() throws Exception {
    ClaimManager claims = node.open();
    Result admin = new Result("r", Node.DRIVER, Node.NAME, "gpu-1", true, Optional.empty());
    prepared(claims, node.cluster.allocate("c", "u1", List.of(admin), List.of()));
    assertThat(tested).isEmpty();

    ClaimRef claim = claim("u2", "gpu-2");
    prepared(claims, claim);
    claims.close();
    node.selfTests = tests(SelfTests.PATIENCE);
    prepared(node.open(), claim);
    assertThat(tested).as("also after a restart").containsExactly("gpu-2");
  }
}
