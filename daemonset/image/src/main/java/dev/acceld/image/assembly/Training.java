package dev.acceld.image.assembly;

import dev.acceld.fake.training.TrainingRun;
import dev.acceld.image.ImageException;
import dev.acceld.image.tree.Command;
import dev.acceld.image.tree.RootTree;
import dev.acceld.tools.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.concurrent.TimeUnit;

/**
 * Runs acceld with the image's runtime the way it runs on a node, and writes down which classes it
 * loads: an agent that registers, publishes, prepares and is scraped while the control plane is in
 * another process, an agent that commands ask, and those commands.
 */
final class Training {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path agent;
  private final Path java;
  private final Path scratch;
  private int runs;

  /**
   * With the agent's module, the image's Java runtime, and a directory of its own, which is gone
   * after.
   */
  Training(Path agent, Path java, Path scratch) {
    this.agent = agent;
    this.java = java;
    this.scratch = scratch;
  }

  /** What was loaded, of what the image has. */
  SortedSet<String> run() throws IOException {
    RootTree.empty(scratch, Instant.EPOCH);
    List<Path> lists = new ArrayList<>();
    lists.addAll(underLoad());
    lists.addAll(asked());
    lists.add(play("--version"));
    lists.add(play("--help"));
    lists.add(overTls());
    List<String> recorded = new ArrayList<>();
    for (Path list : lists) {
      recorded.addAll(Files.readAllLines(list));
    }
    RootTree.empty(scratch, Instant.EPOCH);
    Files.delete(scratch);
    return ClassList.of(recorded);
  }

  /**
   * An agent with claims to prepare, beside a fake control plane in this process, and the first
   * frame of {@code top}.
   */
  private List<Path> underLoad() throws IOException {
    Path list = nextList();
    Path top = nextList();
    List<String> visitor = new ArrayList<>(command(top, "top"));
    visitor.addAll(
        visitor.indexOf("-cp"), List.of("-Dacceld.terminal=40x132", "-Dacceld.top.training=true"));
    try {
      TrainingRun.play(command(list, "run", "--machine=h100x8"), visitor);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ImageException("interrupted", e);
    }
    return List.of(list, top);
  }

  /** An agent without a cluster, left by a signal, and the commands that ask it. */
  private List<Path> asked() throws IOException {
    List<Path> lists = new ArrayList<>();
    Path state = scratch.resolve("state");
    Path own = nextList();
    lists.add(own);
    List<String> command =
        command(
            own,
            "run",
            "--machine=h100x8",
            "--node-name=training",
            "--http-address=127.0.0.1:0",
            "--state-dir=" + state,
            "--kubelet-dir=" + scratch.resolve("kubelet"),
            "--cdi-dir=" + scratch.resolve("cdi"));
    Process running =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(scratch.resolve("agent.log").toFile())
            .start();
    try {
      await(running, state.resolve("run/acceld.sock"));
      lists.add(play("devices", "--state-dir=" + state));
      lists.add(play("devices", "-o", "json", "--state-dir=" + state));
      lists.add(play("claims", "--state-dir=" + state));
    } finally {
      running.destroy();
      waitFor(running);
    }
    return lists;
  }

  /** The start of a conversation with an API server that speaks TLS, as every real one does. */
  private Path overTls() throws IOException {
    Path list = nextList();
    try (TlsStandIn server = TlsStandIn.start(scratch)) {
      var unused =
          Run.of(
                  command(
                      list, "await-unused", "--timeout=1s", "--kubeconfig=" + server.kubeconfig()))
              .tryOutput();
      if (!server.wasAsked()) {
        throw new ImageException("'await-unused' has to ask the API server over TLS");
      }
    }
    return list;
  }

  private Path play(String... arguments) {
    Path list = nextList();
    Command.run(
        command(list, arguments), Map.of(), "'" + String.join(" ", arguments) + "' has to work");
    return list;
  }

  private Path nextList() {
    return scratch.resolve("classes-" + runs++ + ".lst");
  }

  private List<String> command(Path list, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                java.toString(),
                "@" + agent.resolve("src/main/dist/jvm.options"),
                "-Xmx128m",
                "-Xshare:off",
                "-XX:DumpLoadedClassList=" + list,
                natives(),
                "-cp",
                jar(),
                Places.MAIN_CLASS));
    command.addAll(List.of(arguments));
    return command;
  }

  private String jar() {
    return AgentFiles.libraries(agent).resolve("agent.jar").toString();
  }

  private String natives() {
    return "-Djna.boot.library.path=" + agent.resolve("target/dist/native");
  }

  private void await(Process process, Path socket) throws IOException {
    Instant until = Instant.now().plus(PATIENCE);
    while (!Files.exists(socket)) {
      if (!process.isAlive() || Instant.now().isAfter(until)) {
        throw new ImageException(
            "the agent does not serve "
                + socket
                + ":\n"
                + Files.readString(scratch.resolve("agent.log")));
      }
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ImageException("interrupted", e);
    }
  }

  private static void waitFor(Process process) {
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new ImageException("the agent does not stop on SIGTERM");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ImageException("interrupted", e);
    }
  }
}
