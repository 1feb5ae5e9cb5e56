package dev.acceld.agent.hurt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.agent.config.Setting;
import dev.acceld.machine.Simulation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** An agent that is killed in the middle of a repair: the next one finishes it, or undoes it. */
class RepairHurtIT {
  private static final Map<Setting, String> H100 = Map.of(Setting.MACHINE, "h100x8");

  private static void awaitTaint(HurtStage stage, String taint) {
    await()
        .atMost(HurtStage.PATIENCE)
        .untilAsserted(() -> assertThat(stage.node.taints().toString()).contains(taint));
  }

  private static void awaitNoTaint(HurtStage stage) {
    await()
        .atMost(HurtStage.PATIENCE)
        .untilAsserted(() -> assertThat(stage.node.taints()).isEmpty());
  }

  private static CompletableFuture<String> repair(HurtAgent agent, String... more) {
    return CompletableFuture.supplyAsync(() -> {
      try {
        String[] words = new String[more.length + 2];
        words[0] = "repair";
        words[1] = "gpu-3";
        System.arraycopy(more, 0, words, 2, more.length);
        return agent.command(words);
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    });
  }

  private static String step(HurtStage stage) throws Exception {
    Path dir = stage.node.stateDir().resolve("repairs");
    if (!Files.isDirectory(dir)) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    try (var files = Files.newDirectoryStream(dir, "*.json")) {
      for (Path file : files) {
        text.append(Files.readString(file));
      }
    }
    return text.toString();
  }

  @HurtTest
  void aRepairThatWasCutOffDuringTheResetIsFinished(int cpus) throws Exception {
    try (HurtStage stage = new HurtStage(cpus)) {
      HurtAgent first = stage.ready("first", H100);
      Simulation machine = stage.machine();
      machine.xid("gpu-3", 95);
      awaitTaint(stage, "xid NoSchedule");
      machine.resets().take("gpu-3", Duration.ofSeconds(20));
      CompletableFuture<String> cut = repair(first);
      await().atMost(HurtStage.PATIENCE).until(() -> step(stage).contains("\"step\":\"reset\""));
      first.kill();
      assertThat(cut.join()).doesNotContain(": repaired");
      machine.resets().take("gpu-3", Duration.ZERO);

      HurtAgent second = stage.ready("second", H100);
      await().atMost(HurtStage.PATIENCE).until(() -> second.log().contains("repaired"));
      assertThat(second.log()).contains("was interrupted at the step 'reset'; it is continued");
      assertThat(second.log()).as("it stays on offer").doesNotContain("7 devices published");
      awaitNoTaint(stage);
      assertThat(step(stage)).isEmpty();
      assertThat(stage.node.published()).isEqualTo(8);
    }
  }

  @HurtTest
  void aRepairThatWasCutOffBeforeTheResetIsUndone(int cpus) throws Exception {
    try (HurtStage stage = new HurtStage(cpus)) {
      HurtAgent first = stage.ready("first", H100);
      Path file = stage.machineDir().toRealPath().resolve("dev/nvidia3");
      try (var open = Files.newInputStream(file)) {
        assertThat(open.available()).isZero();
        CompletableFuture<String> cut = repair(first, "--wait", "10m");
        awaitTaint(stage, "repairing NoSchedule");
        await()
            .atMost(HurtStage.PATIENCE)
            .until(() -> step(stage).contains("\"step\":\"processes\""));
        first.kill();
        cut.join();
      }
      HurtAgent second = stage.ready("second", H100);
      // The driver is asked every second, and refuses at once: killed in that moment, it goes on.
      await()
          .atMost(HurtStage.PATIENCE)
          .until(() ->
              second.log().contains("before any reset; it was undone")
                  || second.log().contains("repaired"));
      awaitNoTaint(stage);
      assertThat(step(stage)).isEmpty();
      assertThat(second.command("repair", "gpu-3")).contains("repaired");
    }
  }
}
