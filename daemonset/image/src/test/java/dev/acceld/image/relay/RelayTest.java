package dev.acceld.image.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.fake.ClaimId;
import dev.acceld.fake.kubelet.FakeKubelet;
import dev.acceld.fake.kubelet.KubeletHooks;
import dev.acceld.fake.kubelet.KubeletOptions;
import dev.acceld.fake.kubelet.PrepareAnswer;
import dev.acceld.image.assembly.CompiledForTests;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The compiled relay between a fake kubelet and drivers that are killed. */
class RelayTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path scratch;
  private final List<Process> processes = new ArrayList<>();
  private Path program = Path.of("");
  private Path kubeletDir = Path.of("");
  private Path relayDir = Path.of("");
  private FakeKubelet kubelet =
      new FakeKubelet(Path.of(""), KubeletOptions.quick(), KubeletHooks.NONE);

  @BeforeEach
  void begin() throws IOException {
    program = CompiledForTests.program("relay/relay.c", scratch);
    kubeletDir = Files.createDirectory(scratch.resolve("k"));
    relayDir = Files.createDirectory(scratch.resolve("r"));
    kubelet = new FakeKubelet(kubeletDir, KubeletOptions.quick(), KubeletHooks.NONE);
    kubelet.start();
  }

  @AfterEach
  void end() throws Exception {
    kubelet.close();
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void aCallWaitsForTheDriverThatComesAfterAKilledOne() throws Exception {
    relay();
    Process first = driver();
    kubelet.awaitRegistered(SmallDriver.NAME, SOON);
    assertThat(prepare("first").get(20, TimeUnit.SECONDS).error()).isEmpty();

    first.destroyForcibly().waitFor();
    CompletableFuture<PrepareAnswer> waiting = prepare("second");
    Thread.sleep(1000); // a refused call would be back at once
    assertThat(waiting).isNotDone();

    Process second = driver();
    assertThat(waiting.get(20, TimeUnit.SECONDS).error()).isEmpty();
    until(() -> Files.exists(scratch.resolve("registered-" + second.pid())));
    assertThat(kubelet.registrations()).hasSize(1);
  }

  @Test
  void aCallThatAKilledDriverLeftInTheMiddleIsMadeAgain() throws Exception {
    relay();
    Process first = driver();
    kubelet.awaitRegistered(SmallDriver.NAME, SOON);
    CompletableFuture<PrepareAnswer> slow = prepare("slow");
    until(() -> Files.exists(scratch.resolve("begun")));

    first.destroyForcibly().waitFor();
    driver();

    assertThat(slow.get(20, TimeUnit.SECONDS).error()).isEmpty();
  }

  @Test
  void aDriverThatStaysAwayIsGoneAndComesBackAsNew() throws Exception {
    program = CompiledForTests.program("relay/relay.c", scratch, "-DPATIENCE_MS=1500");
    relay();
    Process first = driver();
    kubelet.awaitRegistered(SmallDriver.NAME, SOON);
    first.destroyForcibly().waitFor();

    // Waits at first, and is refused in the end.
    assertThatThrownBy(() -> prepare("first").get(20, TimeUnit.SECONDS))
        .hasMessageContaining("UNAVAILABLE");

    Process second = driver();
    until(() -> Files.exists(scratch.resolve("registered-" + second.pid())));
    kubelet.awaitRegistered(SmallDriver.NAME, SOON);
    assertThat(prepare("second").get(20, TimeUnit.SECONDS).error()).isEmpty();
  }

  @Test
  void killedDriversOfAnyNameCostNothing() throws Exception {
    relay();
    Process driver = driver("aaaa1111");
    Process first = driver;
    until(() -> Files.exists(scratch.resolve("registered-" + first.pid())));
    for (int i = 2; i <= 5; i++) {
      driver.destroyForcibly().waitFor();
      CompletableFuture<PrepareAnswer> waiting = prepare("in-between-" + i);
      Process next = driver("aaaa111" + i);
      assertThat(waiting.get(20, TimeUnit.SECONDS).error()).isEmpty();
      until(() -> Files.exists(scratch.resolve("registered-" + next.pid())));
      driver = next;
    }

    assertThat(sockets()).hasSize(2);
    assertThat(kubelet.registrations()).hasSize(1);
  }

  @Test
  void aSocketForTheSameTargetTakesThePlaceOfADeadInstances() throws Exception {
    relay();
    for (int i = 0; i < 9; i++) {
      Path socket = kubeletDir.resolve(i + ".sock");
      assertThat(ask("listen\t" + socket + "\t" + relayDir.resolve("x"))).isEqualTo("new");
      assertThat(socket).exists();
      assertThat(kubeletDir.resolve(i - 1 + ".sock")).doesNotExist();
    }
  }

  @Test
  void aDriverKilledBeforeItNotedTheRegistrationIsRegisteredAnew() throws Exception {
    relay();
    Process first = driver();
    kubelet.awaitRegistered(SmallDriver.NAME, SOON);
    until(() -> Files.exists(scratch.resolve("registered-" + first.pid())));
    first.destroyForcibly().waitFor();
    Files.delete(relayDir.resolve("registered"));

    Process second = driver();

    until(() -> Files.exists(scratch.resolve("registered-" + second.pid())));
    assertThat(prepare("second").get(20, TimeUnit.SECONDS).error()).isEmpty();
    assertThat(relayDir.resolve("registered")).exists();
  }

  @Test
  void aSecondDriverBehindTheSameRelayIsTurnedAway() throws Exception {
    relay();
    driver();
    kubelet.awaitRegistered(SmallDriver.NAME, SOON);

    Process second = driver("bbbb2222");

    assertThat(second.waitFor()).isNotZero();
    assertThat(prepare("first").get(20, TimeUnit.SECONDS).error()).isEmpty();
    assertThat(kubelet.registrations()).hasSize(1);
  }

  @Test
  void aRelayThatWasKilledIsToldAgain() throws Exception {
    Process relay = relay();
    driver();
    kubelet.awaitRegistered(SmallDriver.NAME, SOON);

    relay.destroyForcibly().waitFor();
    relay();

    until(() -> {
      try {
        return prepare("after").get(20, TimeUnit.SECONDS).error().isEmpty();
      } catch (Exception e) {
        return false;
      }
    });
  }

  @Test
  void aDriverThatLeavesTakesTheSocketsWithItAndARelayThatEndsTakesThemAll() throws Exception {
    Process relay = relay();
    Process driver = driver();
    kubelet.awaitRegistered(SmallDriver.NAME, SOON);
    assertThat(sockets()).hasSize(2);

    driver.destroy();
    driver.waitFor();
    assertThat(sockets()).isEmpty();

    assertThat(ask("listen\t" + kubeletDir.resolve("one.sock") + "\t" + relayDir.resolve("x")))
        .isEqualTo("new");
    assertThat(ask("listen\t" + kubeletDir.resolve("one.sock") + "\t" + relayDir.resolve("y")))
        .isEqualTo("kept");
    relay.destroy();
    assertThat(relay.waitFor()).isZero();
    assertThat(kubeletDir.resolve("one.sock")).doesNotExist();
    assertThat(relayDir.resolve("relay.sock")).doesNotExist();
  }

  @Test
  void whatALostAgentHadInHandEndsAsUnprocessedBetweenFramesOnly() throws Exception {
    relay();
    byte[] settings = {0, 0, 0, 4, 0, 0, 0, 0, 0};
    byte[] goAwayOfAll = {0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    byte[] data = {0, 0, 2, 0, 0, 0, 0, 0, 1, 'a', 'b'};

    assertThat(heardOf(settings)).isEqualTo(joined(settings, goAwayOfAll));
    assertThat(heardOf(joined(settings, data)))
        .isEqualTo(joined(joined(settings, data), goAwayOfAll));
    byte[] half = Arrays.copyOf(joined(settings, data), settings.length + data.length - 1);
    assertThat(heardOf(half)).isEqualTo(half);
    byte[] unended = {0, 0, 1, 1, 0, 0, 0, 0, 1, 'h'}; // headers without END_HEADERS
    assertThat(heardOf(joined(settings, unended))).isEqualTo(joined(settings, unended));
  }

  /** All that a caller hears when the agent says that and dies. */
  private byte[] heardOf(byte[] said) throws IOException {
    Path outside = kubeletDir.resolve("raw.sock");
    Path inside = relayDir.resolve("raw");
    Files.deleteIfExists(inside);
    ask("listen\t" + outside + "\t" + inside);
    try (ServerSocketChannel agent = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        SocketChannel caller = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      agent.bind(UnixDomainSocketAddress.of(inside));
      caller.connect(UnixDomainSocketAddress.of(outside));
      try (SocketChannel one = agent.accept()) {
        one.write(ByteBuffer.wrap(said));
      }
      ByteBuffer heard = ByteBuffer.allocate(512);
      while (caller.read(heard) >= 0) {}
      return Arrays.copyOf(heard.array(), heard.position());
    }
  }

  private static byte[] joined(byte[] a, byte[] b) {
    byte[] all = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }

  @Test
  void saysWhyItCannot() throws Exception {
    relay();
    assertThat(ask("listen\t" + kubeletDir.resolve("none/one.sock") + "\t/x"))
        .isEqualTo("failed: no such file or directory");
    assertThat(ask("listen\t/" + "x".repeat(107) + "\t/x"))
        .isEqualTo("failed: the path is too long");
    assertThat(ask("dance")).startsWith("failed: supported requests are 'listen'");
    for (int i = 0; i < 4; i++) {
      assertThat(ask("listen\t" + kubeletDir.resolve(i + ".sock") + "\t/x" + i)).isEqualTo("new");
    }
    assertThat(ask("listen\t" + kubeletDir.resolve("5.sock") + "\t/y"))
        .isEqualTo("failed: the relay has too many sockets");

    Process lost = new ProcessBuilder(program.toString(), "/no/such").start();
    assertThat(lost.waitFor()).isEqualTo(1);
    assertThat(new String(lost.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("cannot listen on /no/such/relay.sock", "no such file or directory");
  }

  private Process relay() throws IOException {
    return started(new ProcessBuilder(program.toString(), relayDir.toString()));
  }

  private Process driver() throws IOException {
    return driver("aaaa1111");
  }

  private Process driver(String instance) throws IOException {
    return started(
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-XX:TieredStopAtLevel=1", // many are started
            "-XX:+UseSerialGC",
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            SmallDriver.class.getName(),
            kubeletDir.toString(),
            relayDir.toString(),
            scratch.toString(),
            instance));
  }

  private Process started(ProcessBuilder builder) throws IOException {
    Process process = builder.inheritIO().start();
    processes.add(process);
    return process;
  }

  private CompletableFuture<PrepareAnswer> prepare(String name) {
    ClaimId claim = new ClaimId("default", name, "uid-of-" + name);
    return CompletableFuture.supplyAsync(() -> {
      Map<String, PrepareAnswer> answers = kubelet.prepare(SmallDriver.NAME, List.of(claim));
      return answers.get(claim.uid());
    });
  }

  private List<Path> sockets() throws IOException {
    try (Stream<Path> files = Files.walk(kubeletDir)) {
      return files
          .filter(file -> file.toString().endsWith(".sock"))
          .filter(file -> !file.endsWith("kubelet.sock"))
          .toList();
    }
  }

  private String ask(String command) throws IOException {
    until(() -> Files.exists(relayDir.resolve("relay.sock")));
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(relayDir.resolve("relay.sock")));
      channel.write(ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.UTF_8)));
      ByteBuffer answer = ByteBuffer.allocate(512);
      while (channel.read(answer) >= 0) {}
      return new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8).strip();
    }
  }

  private static void until(BooleanSupplier condition) {
    long end = System.nanoTime() + SOON.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
