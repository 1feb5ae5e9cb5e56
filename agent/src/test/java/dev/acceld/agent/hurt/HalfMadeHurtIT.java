package dev.acceld.agent.hurt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.agent.config.Setting;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.kubelet.PrepareAnswer;
import dev.acceld.machine.Simulation;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The agent is killed in the middle of what it does to the hardware. */
class HalfMadeHurtIT {
  private static final Map<Setting, String> ON_DEMAND =
      Map.of(Setting.MACHINE, "h100x8", Setting.named("nvidia-mig-on-demand"), "all");

  @HurtTest
  @Execution(ExecutionMode.CONCURRENT)
  void whileAPartitionIsMadeBesideOneInUse(int cpus) throws Exception {
    try (HurtStage stage = new HurtStage(cpus)) {
      HurtAgent first = stage.ready("a0", ON_DEMAND);
      Wishes wishes = new Wishes(stage);
      Traces traces = new Traces(stage);
      ClaimId running = wishes.scheduled("running", "gpu-0", "3g.40gb");
      PrepareAnswer answer = stage.prepared(running);
      Map<String, String> before = traces.of(List.of(running));
      ClaimId half = wishes.scheduled("half", "gpu-0", "3g.40gb");
      Simulation machine = stage.machine();
      machine.hang("nvmlGpuInstanceCreateComputeInstance"); // the GPU instance is there then
      CompletableFuture<String> call = CompletableFuture.supplyAsync(() -> stage.trouble(half));
      await("half a partition").atMost(HurtStage.PATIENCE).until(() -> hasMore(traces, before));
      first.kill();
      assertThat(ended(call)).isNotEmpty();
      machine.unhang("nvmlGpuInstanceCreateComputeInstance");
      machine.fail("nvmlDeviceGetUUID", "gpu-0", 999);

      traces.litter();
      HurtAgent second = stage.ready("a1", ON_DEMAND);
      traces.cleanedUp();
      PrepareAnswer again = stage.prepare(running);
      if (again.error().isEmpty()) {
        assertThat(again).isEqualTo(answer);
      }
      assertThat(traces.of(List.of(running)))
          .containsEntry("record of running-gpu", before.get("record of running-gpu"))
          .containsEntry("CDI file of running-gpu", before.get("CDI file of running-gpu"));
      assertThat(traces.partitions()).containsAll(before.get("partitions").lines().toList());
      machine.fail("nvmlDeviceGetUUID", "gpu-0", 0);
      assertThat(stage.prepared(running)).isEqualTo(answer);
      assertThat(stage.prepared(half).devices()).hasSize(1);
      second.kill();

      stage.ready("a2", ON_DEMAND);
      stage.givenBack(half);
      assertThat(traces.of(List.of(running))).isEqualTo(before);
      stage.givenBack(running);
      traces.nothingLeft();
    }
  }

  @HurtTest
  @Execution(ExecutionMode.CONCURRENT)
  void whileAPartitionIsUnmadeBesideOneInUse(int cpus) throws Exception {
    try (HurtStage stage = new HurtStage(cpus)) {
      HurtAgent first = stage.ready("a0", ON_DEMAND);
      Wishes wishes = new Wishes(stage);
      Traces traces = new Traces(stage);
      ClaimId running = wishes.scheduled("running", "gpu-0", "3g.40gb");
      PrepareAnswer answer = stage.prepared(running);
      Map<String, String> before = traces.of(List.of(running));
      ClaimId ending = wishes.scheduled("ending", "gpu-0", "3g.40gb");
      stage.prepared(ending);
      Simulation machine = stage.machine();
      machine.hang("nvmlGpuInstanceDestroy"); // the compute instance has gone then
      List<String> both = traces.partitions();
      CompletableFuture<String> call = CompletableFuture.supplyAsync(() -> stage.unprepare(ending));
      await("less").atMost(HurtStage.PATIENCE).until(() -> !traces.partitions().equals(both));
      first.kill();
      assertThat(ended(call)).isNotEmpty();
      machine.unhang("nvmlGpuInstanceDestroy");

      traces.litter();
      stage.ready("a1", ON_DEMAND);
      ClaimId rival = wishes.forced("rival", wishes.device("gpu-0", ""));
      assertThat(stage.trouble(rival)).as("half of it is in use").contains("still prepared for");
      stage.givenBack(ending);
      traces.cleanedUp();
      assertThat(traces.of(List.of(running))).isEqualTo(before);
      assertThat(stage.prepared(running)).isEqualTo(answer);
      assertThat(Files.exists(traces.record(ending))).isFalse();
      assertThat(stage.unprepare(running)).isEmpty();
      assertThat(stage.prepared(rival).devices()).hasSize(1);
      stage.givenBack(rival);
      traces.nothingLeft();
    }
  }

  private static boolean hasMore(Traces traces, Map<String, String> before) throws Exception {
    return traces.partitions().size() > before.get("partitions").lines().count();
  }

  private static String ended(CompletableFuture<String> call) {
    try {
      return call.join();
    } catch (CompletionException e) {
      return "the call failed: " + e.getMessage();
    }
  }
}
