package dev.acceld.agent.hurt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.agent.AgentStage;
import dev.acceld.agent.config.Setting;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.PodId;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.fake.kubelet.PrepareAnswer.AnsweredDevice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The kubelet has lost its checkpoint, and a claim has other devices than its record says. */
class AllocationHurtIT {
  private static final Map<Setting, String> MACHINE = Map.of(Setting.MACHINE, "h100x8");

  @HurtTest
  @Execution(ExecutionMode.CONCURRENT)
  void theNewDeviceIsAnsweredAndTheOldOneFreeOnceNoPodUsesIt(int cpus) throws Exception {
    try (HurtStage stage = new HurtStage(cpus)) {
      HurtAgent first = stage.ready("a0", MACHINE);
      Wishes wishes = new Wishes(stage);
      Traces traces = new Traces(stage);
      String old = wishes.device("gpu-0", "");
      String other = wishes.device("gpu-1", "");
      ClaimId claim = wishes.scheduled("pod", "gpu-0", "");
      assertThat(names(stage, claim)).containsExactly(old);
      PodId pod = new PodId("default", "pod", "");
      stage.kubelet().addPod(pod, List.of(claim));
      first.kill();
      stage.kubelet().restart();
      wishes.allocateAnew(claim, "new-pod", other);
      ClaimId rival = wishes.forced("rival", old);
      stage.ready("a1", MACHINE);

      Map<String, String> before = traces.of(List.of(claim));
      assertThat(stage.troubles(List.of(claim, rival)))
          .satisfiesExactly(
              error -> assertThat(error).contains("still uses its earlier devices"),
              error -> assertThat(error).contains("still prepared for claim default/pod-gpu"));
      assertThat(traces.of(List.of(claim))).isEqualTo(before);

      stage.kubelet().removePod(pod);
      stage.api().delete(ApiKind.PODS, "default", "pod");
      assertThat(names(stage, claim)).containsExactly(other);
      assertThat(names(stage, rival)).containsExactly(old);
      assertThat(stage.troubles(List.of(wishes.forced("third", other))))
          .singleElement()
          .asString()
          .contains("still prepared for claim default/pod-gpu");
      stage.givenBack(claim);
      stage.givenBack(rival);
      traces.nothingLeft();
    }
  }

  @HurtTest
  @Execution(ExecutionMode.CONCURRENT)
  void aWaitingClaimGetsTheDeviceOfOneThatIsGoneWithItsPod(int cpus) throws Exception {
    try (HurtStage stage = new HurtStage(cpus)) {
      HurtAgent agent = stage.ready("a0", MACHINE);
      Traces traces = new Traces(stage);
      Wishes wishes = new Wishes(stage);
      ClaimId gone = wishes.scheduled("pod", "gpu-0", "");
      ClaimId alive = wishes.scheduled("alive", "gpu-1", "");
      stage.prepared(gone);
      stage.prepared(alive);
      processOfAPod(stage, "00000000-0000-0000-0000-000000000001");
      stage.kubelet().addPod(new PodId("default", "alive", ""), List.of(alive));
      stage.kubelet().restart();
      for (String each : List.of("pod", "alive")) {
        stage.api().delete(ApiKind.PODS, "default", each);
        stage.api().delete(ApiKind.CLAIMS, "default", each + "-gpu");
      }
      ClaimId next = wishes.forced("next", wishes.device("gpu-0", ""));
      ClaimId refused = wishes.forced("refused", wishes.device("gpu-1", ""));
      stage.kubelet().awaitRegistered(AgentStage.DRIVER, HurtStage.PATIENCE);

      assertThat(names(stage, next)).containsExactly(wishes.device("gpu-0", ""));
      assertThat(stage.trouble(refused)).contains("still prepared for claim default/alive-gpu");
      assertThat(traces.cdi(gone)).doesNotExist();
      assertThat(traces.cdi(alive)).exists();
      assertThat(agent.alive()).isTrue();
      stage.givenBack(next);
      stage.givenBack(alive);
      traces.nothingLeft();
    }
  }

  /** Where no process of any pod is seen, none is proven to have ended. */
  private static void processOfAPod(HurtStage stage, String uid) throws Exception {
    Path group =
        stage
            .machineDir()
            .resolve("sys/fs/cgroup/kubepods.slice")
            .resolve("kubepods-pod" + uid.replace('-', '_') + ".slice");
    Files.createDirectories(group);
    Files.writeString(group.resolve("cgroup.events"), "populated 1\nfrozen 0\n");
  }

  private static List<String> names(HurtStage stage, ClaimId claim) {
    return stage.prepared(claim).devices().stream().map(AnsweredDevice::device).toList();
  }
}
