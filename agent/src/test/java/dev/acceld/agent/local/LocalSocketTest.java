package dev.acceld.agent.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalSocketTest {
  @TempDir Path dir;

  private final ObjectNode none = new ObjectMapper().createObjectNode();

  private LocalServer server(String instance, Object answer) throws IOException {
    return LocalServer.start(
        dir,
        instance,
        Map.of(
            "things",
            args -> answer,
            "broken",
            args -> {
              throw new IllegalStateException("out of order");
            }));
  }

  @Test
  void asksAndAnswers() throws IOException {
    try (LocalServer s = server("one", List.of("a", "b"))) {
      assertThat(new LocalClient(dir).ask("things", none).toString()).isEqualTo("[\"a\",\"b\"]");
    }
  }

  @Test
  void theNewestInstanceAnswersAndTheOlderOneLeavesItsLinkAlone() throws IOException {
    LocalServer old = server("old", "old");
    try (LocalServer fresh = server("new", "new")) {
      assertThat(new LocalClient(dir).ask("things", none).asText()).isEqualTo("new");
      old.close();
      assertThat(new LocalClient(dir).ask("things", none).asText()).isEqualTo("new");
    }
    assertThat(Files.list(dir.resolve("run"))).isEmpty();
  }

  @Test
  void theOlderInstanceAnswersAgainWhenItsSuccessorGoes() throws IOException {
    try (LocalServer old = server("old", "old")) {
      server("new", "new").close();
      assertThat(new LocalClient(dir).ask("things", none).asText()).isEqualTo("old");
    }
    assertThat(Files.list(dir.resolve("run"))).isEmpty();
  }

  @Test
  void saysWhenNoAgentRuns() {
    assertThatThrownBy(() -> new LocalClient(dir).ask("things", none))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no agent runs with the state directory " + dir)
        .hasMessageContaining("acceld run");
  }

  @Test
  void refusalsReachTheCaller() throws IOException {
    try (LocalServer s = server("one", 1)) {
      assertThatThrownBy(() -> new LocalClient(dir).ask("nonsense", none))
          .hasMessageContaining("no command 'nonsense'");
      assertThatThrownBy(() -> new LocalClient(dir).ask("broken", none))
          .hasMessageContaining("internal error; see the agent's log");
    }
  }

  @Test
  void aPathThatIsTooLongIsNamed() {
    Path deep = dir.resolve("x".repeat(100));
    assertThatThrownBy(() -> LocalServer.start(deep, "one", Map.of()))
        .hasMessageContaining("longer than 107 bytes")
        .hasMessageContaining("--state-dir");
  }

  @Test
  void aSocketThatVanishesIsBoundAnew() throws IOException {
    try (LocalServer s = server("one", "here")) {
      for (String gone : new String[] {"run/one.sock", "run/acceld.sock", "run"}) {
        Files.deleteIfExists(dir.resolve("run/acceld.sock"));
        Files.deleteIfExists(dir.resolve("run/one.sock"));
        Files.deleteIfExists(dir.resolve(gone));
        await()
            .atMost(Duration.ofSeconds(30))
            .ignoreExceptions()
            .until(() -> new LocalClient(dir).ask("things", none).asText().equals("here"));
      }
    }
    assertThat(Files.list(dir.resolve("run"))).isEmpty();
  }

  @Test
  void aCallerThatCannotBeLetInForAMomentCostsNoLaterCallerItsAnswer() throws IOException {
    AtomicInteger full = new AtomicInteger(2);
    try (LocalServer s =
        LocalServer.start(
            dir,
            "one",
            Map.of("things", args -> "here"),
            at -> {
              if (full.getAndDecrement() > 0) {
                throw new IOException("Too many open files");
              }
              return at.accept();
            })) {
      CompletableFuture<String> answer =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return new LocalClient(dir).ask("things", none).asText();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              },
              work -> Thread.ofPlatform().daemon().start(work));
      await().atMost(Duration.ofSeconds(30)).until(answer::isDone);
      assertThat(answer.join()).isEqualTo("here");
    }
  }

  @Test
  void aCallerThatSaysNothingCostsTheOthersNothing() throws IOException {
    try (LocalServer s = server("one", "here");
        SocketChannel silent =
            SocketChannel.open(UnixDomainSocketAddress.of(dir.resolve("run/one.sock")))) {
      assertThat(silent.isConnected()).isTrue();
      assertThat(new LocalClient(dir).ask("things", none).asText()).isEqualTo("here");
    }
  }

  /** As an agent that is stopped, or whose threads all hang: the kernel lets callers in. */
  @Test
  void anAgentThatDoesNotAnswerIsNotWaitedForForEver() throws IOException {
    Files.createDirectory(dir.resolve("run"));
    UnixDomainSocketAddress at = UnixDomainSocketAddress.of(dir.resolve("run/acceld.sock"));
    try (ServerSocketChannel hung = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      hung.bind(at, 1);
      LocalClient client = new LocalClient(dir, Duration.ofSeconds(1));
      // The queue of those who want to be let in is full with the second; the others wait there.
      for (int caller = 0; caller < 4; caller++) {
        assertThatThrownBy(() -> client.ask("things", none))
            .isInstanceOf(SilentAgentException.class)
            .hasMessageContaining("has not responded for 1 s");
      }
    }
  }

  @Test
  void anAnswerThatIsCutOffIsNoAnswer() throws IOException {
    Files.createDirectory(dir.resolve("run"));
    UnixDomainSocketAddress at = UnixDomainSocketAddress.of(dir.resolve("run/acceld.sock"));
    try (ServerSocketChannel dying = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dying.bind(at);
      for (String half : List.of("", "{", "{\"body\":[1,", "{}")) {
        CompletableFuture<Void> answered =
            CompletableFuture.runAsync(
                () -> {
                  try (SocketChannel caller = dying.accept()) {
                    caller.read(ByteBuffer.allocate(1024));
                    caller.write(ByteBuffer.wrap(half.getBytes(StandardCharsets.UTF_8)));
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                },
                work -> Thread.ofPlatform().daemon().start(work));
        assertThatThrownBy(() -> new LocalClient(dir).ask("things", none))
            .as(half)
            .hasMessageContaining("has ended before its answer was complete");
        answered.join();
      }
    }
  }

  @Test
  void onlyTheOwnUserMayConnect() throws IOException {
    try (LocalServer s = server("one", 1)) {
      assertThat(Files.getPosixFilePermissions(dir.resolve("run"))).hasSize(3);
    }
  }
}
