package dev.acceld.agent.hurt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.agent.AgentStage;
import dev.acceld.agent.config.Setting;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.PodId;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.fake.kubelet.PrepareAnswer;
import dev.acceld.machine.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What the agent does after minutes only. These scenarios mostly wait, so all of them run at once.
 */
class PatienceHurtIT {
  private static final Map<Setting, String> ON_DEMAND =
      Map.of(Setting.MACHINE, "h100x8", Setting.named("nvidia-mig-on-demand"), "all");

  /** Several times of what the agent takes for the slowest of these things. */
  private static final Duration MINUTES = Duration.ofMinutes(20);

  /** Answered as before, or refused; nothing else. */
  private static void heldTo(Map<ClaimId, PrepareAnswer> before, HurtStage stage) {
    Map<String, PrepareAnswer> now = stage.kubelet().prepare(AgentStage.DRIVER, before.keySet());
    before.forEach((claim, answer) ->
        assertThat(now.get(claim.uid()))
            .as(claim.name())
            .satisfiesAnyOf(
                a -> assertThat(a.error()).isNotEmpty(), a -> assertThat(a).isEqualTo(answer)));
  }

  @HurtTest
  @Execution(ExecutionMode.CONCURRENT)
  void gpusThatDoNotAnswerCostRunningPodsNothing(int cpus) throws Exception {
    try (HurtStage stage = new HurtStage(cpus)) {
      HurtAgent agent = stage.ready("a0", ON_DEMAND);
      Wishes wishes = new Wishes(stage);
      Traces traces = new Traces(stage);
      List<ClaimId> claims = new ArrayList<>();
      for (int gpu = 0; gpu < 5; gpu++) {
        claims.add(wishes.scheduled("pod-" + gpu, "gpu-" + gpu, "3g.40gb"));
      }
      Map<ClaimId, PrepareAnswer> answers = new java.util.HashMap<>();
      claims.forEach(claim -> answers.put(claim, stage.prepared(claim)));
      Map<String, String> before = traces.of(claims);
      assertThat(traces.partitions()).hasSizeGreaterThanOrEqualTo(5);

      Simulation machine = stage.machine();
      machine.fail("nvmlDeviceGetUUID", "gpu-0", 999);
      machine.fail("nvmlDeviceGetHandleByIndex_v2", "gpu-1", 999);
      machine.fail("nvmlDeviceGetMigMode", "gpu-2", 27);
      assertThat(agent.command("release", "gpu-3")).contains("is released");

      traces.litter();
      heldTo(answers, stage);
      traces.cleanedUp();
      heldTo(answers, stage);
      assertThat(traces.of(claims)).as("in the life of this agent").isEqualTo(before);
      agent.kill();
      traces.litter();
      agent = stage.ready("a1", ON_DEMAND);
      heldTo(answers, stage);
      traces.cleanedUp();
      assertThat(traces.of(claims)).as("after a restart").isEqualTo(before);
      machine.fail("nvmlInitWithFlags", 9);
      agent.kill();
      traces.litter();
      agent = stage.registered("a2", ON_DEMAND);
      traces.cleanedUp();
      assertThat(traces.of(claims)).as("without NVML").isEqualTo(before);

      machine.fail("nvmlInitWithFlags", 0);
      machine.fail("nvmlDeviceGetUUID", "gpu-0", 0);
      machine.fail("nvmlDeviceGetHandleByIndex_v2", "gpu-1", 0);
      machine.fail("nvmlDeviceGetMigMode", "gpu-2", 0);
      agent.awaitReady(HurtStage.PATIENCE);
      await().atMost(HurtStage.PATIENCE).until(() -> wishes.published().size() > 100);
      assertThat(agent.command("release", "--back", "--all")).contains("is taken back");
      claims.forEach(claim -> assertThat(stage.prepared(claim)).isEqualTo(answers.get(claim)));
      assertThat(traces.of(claims)).isEqualTo(before);
      claims.forEach(stage::givenBack);
      traces.nothingLeft();
    }
  }

  @HurtTest
  @Execution(ExecutionMode.CONCURRENT)
  void aRecordThatOutlivesItsAllocationIsCollectedOnceNoPodUsesIt(int cpus) throws Exception {
    try (HurtStage stage = new HurtStage(cpus)) {
      HurtAgent agent = stage.ready("a0", ON_DEMAND);
      Wishes wishes = new Wishes(stage);
      Traces traces = new Traces(stage);
      ClaimId running = wishes.scheduled("running", "gpu-0", "3g.40gb");
      ClaimId orphan = wishes.scheduled("orphan", "gpu-1", "3g.40gb");
      stage.prepared(running);
      stage.prepared(orphan);
      stage.kubelet().addPod(new PodId("default", "running", ""), List.of(running));
      Map<String, String> before = traces.of(List.of(running));
      stage.kubelet().restart(); // it has lost its checkpoint: nothing is unprepared
      wishes.deallocate(running);
      wishes.deallocate(orphan);
      assertThat(stage.api().delete(ApiKind.PODS, "default", "orphan")).isTrue();
      stage.kubelet().awaitRegistered(AgentStage.DRIVER, HurtStage.PATIENCE);

      ClaimId rival = wishes.forced("rival", wishes.device("gpu-1", ""));
      assertThat(stage.trouble(rival)).as("not at once").contains(orphan.name());
      await("its end").atMost(MINUTES).until(() -> agent.alive() && !exists(traces, orphan));
      assertThat(stage.prepared(rival).devices()).hasSize(1);
      Map<String, String> after = traces.of(List.of(running));
      assertThat(after).containsAllEntriesOf(without(before, "partitions"));
      assertThat(before.get("partitions").lines())
          .containsAll(after.get("partitions").lines().toList());
      assertThat(after.get("partitions")).isNotEmpty();
      stage.givenBack(rival);
      stage.givenBack(running);
      traces.nothingLeft();
    }
  }

  private static boolean exists(Traces traces, ClaimId claim) {
    return traces.record(claim).toFile().exists() || traces.cdi(claim).toFile().exists();
  }

  private static Map<String, String> without(Map<String, String> all, String key) {
    Map<String, String> rest = new java.util.HashMap<>(all);
    rest.remove(key);
    return rest;
  }

  @HurtTest
  @Execution(ExecutionMode.CONCURRENT)
  void partitionsThatTheApiServerRefusedOnceArePublishedAgain(int cpus) throws Exception {
    try (HurtStage stage = new HurtStage(cpus)) {
      HurtAgent agent = stage.ready("a0", ON_DEMAND);
      Wishes wishes = new Wishes(stage);
      Traces traces = new Traces(stage);
      await().atMost(HurtStage.PATIENCE).until(() -> wishes.published().size() > 100);
      ClaimId claim = wishes.scheduled("pod", "gpu-0", "3g.40gb");
      PrepareAnswer answer = stage.prepared(claim);
      Map<String, String> before = traces.of(List.of(claim));

      stage.api().faults().refuseSlices("spec.sharedCounters[0].counters: Invalid value");
      assertThat(agent.command("release", "gpu-7")).contains("is released"); // slices change
      await("a refusal").atMost(HurtStage.PATIENCE).until(() -> agent.log().contains("counters"));
      stage.api().faults().refuseSlices("");
      await("whole GPUs").atMost(HurtStage.PATIENCE).until(() -> wishes.published().size() == 8);
      assertThat(stage.prepared(claim)).isEqualTo(answer);

      await("partitions").atMost(MINUTES).until(() -> wishes.published().size() > 100);
      assertThat(agent.alive()).as("without a restart").isTrue();
      assertThat(stage.prepared(claim)).isEqualTo(answer);
      assertThat(traces.of(List.of(claim))).isEqualTo(before);
      stage.givenBack(claim);
      traces.nothingLeft();
    }
  }
}
