package dev.acceld.agent.hurt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.agent.config.Setting;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.kubelet.PrepareAnswer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A record that is damaged gives its devices to nobody, and unmakes nothing. */
class DamagedRecordsHurtIT {
  private static final Map<Setting, String> ON_DEMAND =
      Map.of(Setting.MACHINE, "h100x8", Setting.named("nvidia-mig-on-demand"), "all");

  @HurtTest
  @Execution(ExecutionMode.CONCURRENT)
  void whatOneCopyTellsIsHeld(int cpus) throws Exception {
    try (HurtStage stage = new HurtStage(cpus)) {
      HurtAgent first = stage.ready("a0", ON_DEMAND);
      Wishes wishes = new Wishes(stage);
      Traces traces = new Traces(stage);
      ClaimId part = wishes.scheduled("part", "gpu-0", "3g.40gb");
      ClaimId whole = wishes.scheduled("whole", "gpu-1", "");
      List<ClaimId> claims = List.of(part, whole);
      List<PrepareAnswer> answers = claims.stream().map(stage::prepared).toList();
      Map<String, String> before = traces.of(claims);
      first.kill();
      Traces.damage(traces.record(part));
      Traces.damage(traces.copy(whole));
      traces.litter();
      HurtAgent second = stage.ready("a1", ON_DEMAND);

      List<ClaimId> rivals =
          List.of(
              wishes.forced("r0", wishes.device("gpu-0", "")),
              wishes.forced("r1", wishes.device("gpu-0", "7g.80gb")),
              wishes.forced("r2", wishes.device("gpu-1", "")),
              wishes.forced("r3", wishes.device("gpu-1", "1g.10gb")));
      assertThat(stage.troubles(rivals))
          .satisfiesExactly(
              error -> assertThat(error).contains("claim default/part-gpu"),
              error -> assertThat(error).contains("claim default/part-gpu"),
              error -> assertThat(error).contains("claim default/whole-gpu"),
              error -> assertThat(error).contains("claim default/whole-gpu"));
      traces.cleanedUp();
      // The record comes back from its copy; the order of its fields is not the same.
      String record = "record of part-gpu";
      Map<String, String> after = traces.of(claims);
      assertThat(after.get(record).split(",")[0]).isEqualTo(before.get(record).split(",")[0]);
      after.put(record, before.get(record));
      assertThat(after).as("from the other copy").isEqualTo(before);
      assertThat(claims.stream().map(stage::prepared).toList()).isEqualTo(answers);
      claims.forEach(stage::givenBack);
      assertThat(stage.prepared(rivals.get(1)).devices()).hasSize(1);
      assertThat(stage.prepared(rivals.get(3)).devices()).hasSize(1);
      stage.givenBack(rivals.get(1));
      stage.givenBack(rivals.get(3));
      traces.nothingLeft();
      assertThat(second.alive()).isTrue();
    }
  }

  @HurtTest
  @Execution(ExecutionMode.CONCURRENT)
  void whatNoCopyTellsIsGivenToNobodyUntilItsClaimIsGivenBack(int cpus) throws Exception {
    try (HurtStage stage = new HurtStage(cpus)) {
      HurtAgent first = stage.ready("a0", ON_DEMAND);
      Wishes wishes = new Wishes(stage);
      Traces traces = new Traces(stage);
      ClaimId damaged = wishes.scheduled("damaged", "gpu-0", "3g.40gb");
      ClaimId sound = wishes.scheduled("sound", "gpu-1", "3g.40gb");
      List<ClaimId> claims = List.of(damaged, sound);
      claims.forEach(stage::prepared);
      first.kill();
      Traces.damage(traces.record(damaged));
      Traces.damage(traces.copy(damaged));
      Map<String, String> before = traces.of(claims);
      traces.litter();
      HurtAgent second = stage.ready("a1", ON_DEMAND);

      List<ClaimId> rivals =
          List.of(
              wishes.forced("r0", wishes.device("gpu-0", "")),
              wishes.forced("r1", wishes.device("gpu-2", "1g.10gb")));
      assertThat(stage.troubles(rivals))
          .allSatisfy(error -> assertThat(error).contains("claim UID " + damaged.uid()));
      assertThat(stage.trouble(sound)).as("its own record is whole").isEmpty();
      traces.cleanedUp();
      assertThat(traces.of(claims)).isEqualTo(before);
      second.kill();
      traces.litter();
      HurtAgent third = stage.ready("a2", ON_DEMAND);
      traces.cleanedUp();
      assertThat(traces.of(claims)).as("after another restart").isEqualTo(before);

      stage.givenBack(damaged);
      assertThat(stage.prepared(rivals.get(1)).devices()).hasSize(1);
      assertThat(stage.trouble(rivals.get(0))).contains("that this agent did not create");
      assertThat(traces.partitions()).containsAll(before.get("partitions").lines().toList());
      stage.givenBack(rivals.get(1));
      stage.givenBack(sound);
      third.kill();
      Map<Setting, String> removing = new TreeMap<>(ON_DEMAND);
      removing.put(Setting.named("nvidia-mig-remove-foreign"), "true");
      stage.ready("a3", removing);
      assertThat(stage.prepared(rivals.get(0)).devices()).as("it was told to").hasSize(1);
      stage.givenBack(rivals.get(0));
      traces.nothingLeft();
    }
  }
}
