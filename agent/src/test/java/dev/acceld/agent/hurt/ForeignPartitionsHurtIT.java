package dev.acceld.agent.hurt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.agent.AgentStage;
import dev.acceld.agent.config.Setting;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.kubelet.PrepareAnswer;
import dev.acceld.machine.Simulation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Partitions that this state directory has not announced belong to somebody else. */
class ForeignPartitionsHurtIT {
  private static final String OTHER = "other.example.com";

  private static Map<Setting, String> settings(HurtStage stage, String gpus) {
    Map<Setting, String> settings = new TreeMap<>(stage.onPlanted(stage.machineDir()));
    settings.put(Setting.named("nvidia-mig-on-demand"), gpus);
    return settings;
  }

  @HurtTest
  void thoseOfClaimsStayWhoeverMadeThem(int cpus) throws Exception {
    try (HurtStage stage = new HurtStage(cpus)) {
      Simulation machine = stage.plant("h100x8");
      machine.mig("gpu-0", true);
      divided(stage, machine);
      HurtAgent first = stage.ready("a0", settings(stage, "1"));
      Wishes wishes = new Wishes(stage);
      Traces traces = new Traces(stage);
      await()
          .atMost(HurtStage.PATIENCE)
          .until(() ->
              wishes.published().stream().anyMatch(d -> d.path("name").asText().endsWith("-ci0")));
      final List<String> fixed = traces.partitions();
      ClaimId part =
          stage.node.claim(
              "fixed", AgentStage.DRIVER, d -> d.path("name").asText().endsWith("-ci0"));
      ClaimId made = wishes.scheduled("made", "gpu-1", "3g.40gb");
      List<ClaimId> claims = List.of(part, made);
      final List<PrepareAnswer> answers = claims.stream().map(stage::prepared).toList();
      final Map<String, String> before = traces.of(claims);
      first.kill();

      traces.litter();
      HurtAgent second = stage.ready("a1", settings(stage, "all"));
      traces.cleanedUp();
      assertThat(traces.of(claims)).as("all GPUs chosen").isEqualTo(before);
      assertThat(claims.stream().map(stage::prepared).toList()).isEqualTo(answers);
      second.kill();

      Traces other = new Traces(stage, stage.node.dir.resolve("a2"), stage.machineDir());
      other.litter();
      HurtAgent third = elsewhere(stage, "a2", AgentStage.DRIVER);
      ClaimId same = wishes.forced("same", wishes.device("gpu-1", "3g.40gb"));
      other.cleanedUp();
      assertThat(traces.of(claims)).as("another state directory").isEqualTo(before);
      assertThat(stage.trouble(same)).contains("that this agent did not create");
      stage.givenBack(same);
      assertThat(traces.of(claims)).as("given back without it").isEqualTo(before);
      third.kill();

      other = new Traces(stage, stage.node.dir.resolve("a3"), stage.machineDir());
      other.litter();
      HurtAgent fourth = elsewhere(stage, "a3", OTHER);
      stage.kubelet().awaitRegistered(OTHER, HurtStage.PATIENCE);
      other.cleanedUp();
      assertThat(traces.of(claims)).as("another driver name").isEqualTo(before);
      fourth.kill();

      stage.ready("a4", settings(stage, "all"));
      assertThat(claims.stream().map(stage::prepared).toList()).isEqualTo(answers);
      claims.forEach(stage::givenBack);
      assertThat(traces.partitions()).as("an administrator's").isEqualTo(fixed);
    }
  }

  private static HurtAgent elsewhere(HurtStage stage, String instance, String driver)
      throws Exception {
    Map<Setting, String> settings = settings(stage, "all");
    settings.put(Setting.STATE_DIR, stage.node.dir.resolve(instance).toString());
    settings.put(Setting.DRIVER_NAME, driver);
    return stage.ready(instance, settings);
  }

  /** A GPU instance whose one compute instance has not all of it. */
  private static void divided(HurtStage stage, Simulation machine) throws Exception {
    machine.partition("gpu-0", "3g.40gb", 0);
    Path state = stage.machineDir().resolve("var/lib/standin/nvml.state");
    Files.writeString(
        state, Files.readString(state).replaceAll("(gpu\\.0\\.mig\\.ci\\.\\d+\\.0=)3 ", "$11 "));
  }
}
