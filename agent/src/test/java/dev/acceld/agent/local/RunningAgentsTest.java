package dev.acceld.agent.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A command finds the agent that it is about. */
class RunningAgentsTest {
  private Path dir;
  private Path usual;
  private Path kubelet;

  @BeforeEach
  void open() throws IOException {
    // Short: a socket's path has 107 bytes at most.
    String name = "ra" + Integer.toHexString(ThreadLocalRandom.current().nextInt());
    dir = Files.createDirectory(Path.of(System.getProperty("java.io.tmpdir", "/tmp"), name));
    usual = dir.resolve("acceld");
    kubelet = dir.resolve("kubelet");
  }

  @AfterEach
  void close() throws IOException {
    try (var files = Files.walk(dir)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static LocalServer agent(Path stateDir) throws IOException {
    Files.createDirectories(stateDir);
    return LocalServer.start(stateDir, "one", Map.of("ping", a -> "pong"));
  }

  @Test
  void eachPlaceInWhichAnAgentHasItsDirectoryIsLookedAt() throws IOException {
    RunningAgents agents = new RunningAgents(usual, kubelet);
    assertThat(agents.stateDirs()).isEmpty();
    Path driver = usual.resolve("drivers/gpu.example.com");
    Path chart = kubelet.resolve("plugins/acceld.dev/state");
    Files.createDirectories(kubelet.resolve("plugins/csi.example.com"));
    try (LocalServer first = agent(driver)) {
      assertThat(first).isNotNull();
      assertThat(agents.stateDirs()).containsExactly(driver);
      try (LocalServer second = agent(chart)) {
        assertThat(second).isNotNull();
        assertThat(agents.stateDirs()).containsExactly(driver, chart);
        try (LocalServer third = agent(usual)) {
          assertThat(third).isNotNull();
          assertThat(agents.stateDirs()).containsExactly(usual);
        }
      }
    }
    assertThat(agents.stateDirs()).isEmpty();
  }

  @Test
  void anAgentThatWasKilledIsNone() throws IOException {
    Path driver = usual.resolve("drivers/gpu.example.com");
    Path socket = driver.resolve("run/one.sock");
    Files.createDirectories(socket.getParent());
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket)); // what a killed process leaves
    }
    Files.createSymbolicLink(driver.resolve("run/acceld.sock"), socket.getFileName());
    assertThat(new RunningAgents(usual, kubelet).stateDirs()).isEmpty();
  }
}
