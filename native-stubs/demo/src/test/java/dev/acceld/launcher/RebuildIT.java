package dev.acceld.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.launcher.SourceTree.Said;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher of the source tree: what it builds and when, and what it leaves alone. */
class RebuildIT {
  @TempDir Path dir;
  private SourceTree tree;

  @BeforeEach
  void open() throws Exception {
    tree = new SourceTree(Files.createDirectory(dir.resolve("tree")));
  }

  @Test
  void anAgentOutlivesTheRebuildsUnderIt() throws Exception {
    Path state = dir.resolve("state");
    Path log = dir.resolve("agent.log");
    Process agent =
        tree.start(
            log,
            "run",
            "--machine=h100x1",
            "--node-name=here",
            "--http-address=127.0.0.1:0",
            "--state-dir=" + state,
            "--kubelet-dir=" + dir.resolve("kubelet"),
            "--cdi-dir=" + dir.resolve("cdi"));
    try {
      await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> !agent.isAlive() || Files.exists(state.resolve("run/acceld.sock")));
      Path first = tree.resolve(".run/current").toRealPath();
      for (int rebuild = 1; rebuild <= 2; rebuild++) {
        tree.edit();
        Said devices = tree.run("devices", "--state-dir=" + state);

        assertThat(devices.text()).contains("NVIDIA H100");
        assertThat(devices.status()).isZero();
        assertThat(agent.isAlive()).as(Files.readString(log)).isTrue();
        assertThat(tree.builds()).isEqualTo(1 + rebuild);
        // the one that the agent runs from, and the newest
        assertThat(tree.kept()).hasSize(2).contains(first.toAbsolutePath());
      }
    } finally {
      agent.destroy();
      agent.waitFor(1, TimeUnit.MINUTES);
    }
    tree.edit();
    assertThat(tree.run("--version").status()).isZero();
    assertThat(tree.kept()).containsExactly(tree.resolve(".run/current").toRealPath());
  }

  @Test
  void commandsAtTheSameTimeShareOneBuild() throws Exception {
    List<Path> said = List.of(dir.resolve("a"), dir.resolve("b"), dir.resolve("c"));
    List<Process> commands =
        List.of(
            tree.start(said.get(0), "--version"),
            tree.start(said.get(1), "--version"),
            tree.start(said.get(2), "--version"));
    for (int i = 0; i < commands.size(); i++) {
      Said one = SourceTree.finished(commands.get(i), said.get(i));
      assertThat(one.text()).contains("acceld 0.");
      assertThat(one.status()).isZero();
    }
    assertThat(tree.builds()).isEqualTo(1);
    assertThat(tree.run("--version").text()).startsWith("acceld 0.");
    assertThat(tree.builds()).as("nothing has changed").isEqualTo(1);
  }

  @Test
  void onlyWhatAcceldIsMadeOfIsBuilt() throws Exception {
    assertThat(tree.run("--version").status()).isZero();
    assertThat(Files.readString(tree.resolve("builds")))
        .contains("-pl native-stubs/demo -am", "-Dacceld.quick")
        .endsWith("package\n");
  }

  @Test
  void aBuildThatFailsSaysWhyAndLeavesTheLastOne() throws Exception {
    assertThat(tree.run("--version").status()).isZero();
    Path before = tree.resolve(".run/current").toRealPath();
    tree.edit();
    tree.put("broken");

    Said failed = tree.run("--version");

    assertThat(failed.status()).isEqualTo(1);
    assertThat(failed.text()).contains("Main.java:[3,4] ';' expected", "the build failed");
    assertThat(tree.resolve(".run/current").toRealPath()).isEqualTo(before);
    assertThat(before.resolve(".complete")).exists();
  }

  @Test
  void aLongBuildSaysWhatItIsDoing() throws Exception {
    tree.put("slow");
    Said said = tree.run("--version");
    assertThat(said.text()).contains("first build of this tree");
    assertThat(said.text().lines().filter(l -> l.contains(" s: compiling agent")))
        .hasSizeGreaterThan(1);
  }

  @Test
  void aSourceThatIsEditedWhileItIsBuiltIsBuiltAgain() throws Exception {
    tree.put("edited");
    Said during = tree.run("--version");
    assertThat(during.text()).contains("changed during the build", "acceld 0.");
    assertThat(tree.builds()).isEqualTo(1);

    assertThat(tree.run("--version").status()).isZero();
    assertThat(tree.builds()).isEqualTo(2);
  }

  @Test
  void aSourceThatIsDeletedIsBuiltWithout() throws Exception {
    assertThat(tree.run("--version").status()).isZero();
    TimeUnit.MILLISECONDS.sleep(20); // a file system that counts in ticks of the kernel
    Files.delete(tree.source());

    assertThat(tree.run("--version").status()).isZero();
    assertThat(tree.builds()).isEqualTo(2);
  }
}
