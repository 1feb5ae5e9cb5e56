package dev.acceld.agent.hurt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.config.Setting;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.kubelet.PrepareAnswer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The state directory cannot be read or written, or is gone, for a while; then it is back. */
class StateDirectoryHurtIT {
  /** Several times the interval at which devices are looked for, here. */
  private static final int LOOKS = 12;

  /** What happens to it, and how it is undone. */
  private interface Harm {
    void change(Path stateDir) throws IOException;
  }

  @HurtTest
  @Execution(ExecutionMode.CONCURRENT)
  void itIsGone(int cpus) throws Exception {
    suffers(
        cpus,
        dir -> Files.move(dir, dir.resolveSibling("away")),
        dir -> Files.move(dir.resolveSibling("away"), dir));
  }

  @HurtTest
  @Execution(ExecutionMode.CONCURRENT)
  void aFileIsInItsPlace(int cpus) throws Exception {
    suffers(
        cpus,
        dir -> {
          Files.move(dir, dir.resolveSibling("away"));
          Files.writeString(dir, "a file");
        },
        dir -> {
          Files.delete(dir);
          Files.move(dir.resolveSibling("away"), dir);
        });
  }

  @HurtTest
  @Execution(ExecutionMode.CONCURRENT)
  void itCannotBeRead(int cpus) throws Exception {
    suffers(cpus, dir -> rights(dir, "---------"), dir -> rights(dir, "rwxr-xr-x"));
  }

  @HurtTest
  @Execution(ExecutionMode.CONCURRENT)
  void itCannotBeWritten(int cpus) throws Exception {
    suffers(
        cpus,
        dir -> {
          for (Path each : directories(dir)) {
            rights(each, "r-xr-xr-x");
          }
        },
        dir -> {
          for (Path each : directories(dir)) {
            rights(each, "rwxr-xr-x");
          }
        });
  }

  private static void rights(Path dir, String rights) throws IOException {
    Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString(rights));
  }

  private static List<Path> directories(Path dir) throws IOException {
    try (Stream<Path> all = Files.walk(dir)) {
      return all.filter(Files::isDirectory).toList();
    }
  }

  private static void suffers(int cpus, Harm harm, Harm undone) throws Exception {
    try (HurtStage stage = new HurtStage(cpus)) {
      stage.plant("h100x8");
      stage.withoutPrivileges();
      Map<Setting, String> settings = new TreeMap<>(stage.onPlanted(stage.machineDir()));
      settings.put(Setting.named("nvidia-mig-on-demand"), "0");
      settings.put(Setting.REDISCOVER_INTERVAL, "1s");
      HurtAgent agent = stage.ready("a0", settings);
      Wishes wishes = new Wishes(stage);
      Traces traces = new Traces(stage);
      ClaimId part = wishes.scheduled("part", "gpu-0", "3g.40gb");
      ClaimId whole = wishes.scheduled("whole", "gpu-2", "");
      List<ClaimId> claims = List.of(part, whole);
      final List<PrepareAnswer> answers = claims.stream().map(stage::prepared).toList();
      assertThat(agent.command("release", "gpu-1")).contains("is released");
      String released = wishes.device("gpu-1", "");
      await().atMost(HurtStage.PATIENCE).until(() -> tainted(wishes, released));
      final Map<String, String> before = traces.of(claims);
      final int published = wishes.published().size();
      ClaimId rival = wishes.forced("rival", wishes.device("gpu-2", ""));
      ClaimId fresh = wishes.scheduled("fresh", "gpu-3", "");

      harm.change(stage.node.stateDir());
      try {
        for (int i = 0; i < LOOKS; i++) {
          assertThat(tainted(wishes, released)).as(agent.log()).isTrue();
          assertThat(openBelow(agent, "nvidia1")).isFalse();
          assertThat(wishes.published()).hasSize(published);
          Thread.sleep(500);
        }
        assertThat(stage.trouble(rival)).isNotEmpty();
        assertThat(tainted(wishes, released)).as("after a call, %s", agent.log()).isTrue();
        assertThat(stage.trouble(fresh)).as("its record cannot be written").isNotEmpty();
        for (int i = 0; i < claims.size(); i++) {
          PrepareAnswer again = stage.prepare(claims.get(i));
          assertThat(again.error().isEmpty()).isEqualTo(!again.devices().isEmpty());
          if (again.error().isEmpty()) {
            assertThat(again).isEqualTo(answers.get(i));
          }
        }
      } finally {
        undone.change(stage.node.stateDir());
      }
      agent.awaitReady(HurtStage.PATIENCE);
      assertThat(claims.stream().map(stage::prepared).toList()).isEqualTo(answers);
      assertThat(traces.of(claims)).isEqualTo(before);
      assertThat(tainted(wishes, released)).isTrue();
      assertThat(stage.trouble(rival)).contains("still prepared for claim default/whole-gpu");
      assertThat(stage.prepared(fresh).devices()).hasSize(1);
      agent.kill();

      traces.litter();
      HurtAgent next = stage.ready("a1", settings);
      traces.cleanedUp();
      assertThat(traces.of(claims)).as("after a restart").isEqualTo(before);
      assertThat(wishes.published()).hasSize(published - 1).noneMatch(named(released));
      assertThat(openBelow(next, "nvidia1")).isFalse();
      assertThat(next.command("release", "--back", "--all")).contains("is taken back");
      await().atMost(HurtStage.PATIENCE).until(() -> wishes.published().size() == published);
      claims.forEach(stage::givenBack);
      stage.givenBack(fresh);
      traces.nothingLeft();
    }
  }

  private static boolean tainted(Wishes wishes, String device) {
    return wishes.published().stream()
        .filter(named(device))
        .flatMap(d -> d.path("taints").valueStream())
        .map(t -> t.path("key").asText())
        .anyMatch("acceld.dev/released"::equals);
  }

  private static Predicate<JsonNode> named(String device) {
    return d -> d.path("name").asText().equals(device);
  }

  /** Whether the agent has a device file of that name open. */
  private static boolean openBelow(HurtAgent agent, String name) throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/" + agent.pid() + "/fd"))) {
      return open.anyMatch(fd -> leadsTo(fd, name));
    }
  }

  private static boolean leadsTo(Path fd, String name) {
    try {
      return Files.readSymbolicLink(fd).endsWith(name);
    } catch (IOException e) {
      return false; // closed just now
    }
  }
}
