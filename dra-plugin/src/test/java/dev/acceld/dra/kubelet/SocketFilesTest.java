package dev.acceld.dra.kubelet;

import static dev.acceld.dra.kubelet.FakeClaims.claim;
import static dev.acceld.dra.kubelet.PluginRig.DRIVER;
import static dev.acceld.dra.kubelet.PluginRig.PATIENCE;
import static dev.acceld.dra.kubelet.PluginRig.at;
import static dev.acceld.dra.kubelet.PluginRig.directory;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.acceld.dra.kubelet.relay.SocketRelay;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.kubelet.FakeKubelet;
import io.grpc.Server;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SocketFilesTest {
  private static final String DEAD = "0f8fad5b-d9cb-469f-a165-70867728950e";
  private static final String ALIVE = "11111111-d9cb-469f-a165-70867728950e";
  private PluginRig rig;

  @BeforeEach
  void open() throws Exception {
    rig = new PluginRig();
  }

  @AfterEach
  void close() throws Exception {
    rig.close();
  }

  /** A socket as a killed process leaves it. */
  private static Path stale(Path path) throws IOException {
    Files.createDirectories(directory(path));
    listening(path).close();
    assertThat(path).exists();
    return path;
  }

  private static ServerSocketChannel listening(Path path) throws IOException {
    Files.createDirectories(directory(path));
    ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    socket.bind(UnixDomainSocketAddress.of(path));
    return socket;
  }

  @Test
  void onlyDeadSocketsOfOursAreSwept() throws Exception {
    Path registry = rig.kubeletDir.resolve("plugins_registry");
    Path plugins = rig.kubeletDir.resolve("plugins").resolve(DRIVER);
    Path deadRegistration = stale(registry.resolve(DRIVER + "-" + DEAD + "-reg.sock"));
    Path deadDra = stale(plugins.resolve("dra-" + DEAD + ".sock"));
    Path othersDead = stale(registry.resolve("other.example.com-" + DEAD + "-reg.sock"));
    Path notASocket = registry.resolve(DRIVER + "-" + ALIVE + "-reg.sock");
    Files.writeString(notASocket, "a file");
    Path siblings = plugins.resolve("dra-" + ALIVE + ".sock");
    try (ServerSocketChannel alive = listening(siblings)) {
      rig.started("aaaa1111");

      assertThat(alive.isOpen()).isTrue();
      assertThat(deadRegistration).doesNotExist();
      assertThat(deadDra).doesNotExist();
      assertThat(othersDead).exists();
      assertThat(notASocket).exists();
      assertThat(siblings).exists();
    }
  }

  @Test
  void aStaleSocketOfTheVeryNameIsReplaced() throws Exception {
    KubeletPlugin plugin = rig.plugin("aaaa1111");
    stale(plugin.sockets().dra());
    stale(plugin.sockets().registration());

    plugin.start();

    rig.kubelet().awaitRegistered(DRIVER, PATIENCE);
  }

  @Test
  void onlyTheOwnerMayConnect() throws Exception {
    KubeletPlugin plugin = rig.started("aaaa1111");

    assertThat(mode(directory(plugin.sockets().dra()))).isEqualTo("rwx------");
    assertThat(mode(plugin.sockets().dra())).isEqualTo("rw-------");
    assertThat(mode(plugin.sockets().registration())).isEqualTo("rw-------");
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void aDeletedRegistrationSocketComesBackAndTheKubeletWithIt() throws Exception {
    KubeletPlugin plugin = rig.started("aaaa1111");
    var kubelet = rig.kubelet();
    kubelet.awaitRegistered(DRIVER, PATIENCE);

    Files.delete(plugin.sockets().registration());

    await().atMost(PATIENCE).until(() -> kubelet.registrations().isEmpty());
    kubelet.awaitRegistered(DRIVER, PATIENCE);
    assertThat(at(kubelet.prepare(List.of(claim("one"))), "uid-of-one").error()).isEmpty();
  }

  @Test
  void bothSocketsComeBackWhenTheKubeletsDirectoryIsWiped() throws Exception {
    KubeletPlugin plugin = rig.started("aaaa1111");
    rig.kubelet().awaitRegistered(DRIVER, PATIENCE);
    Files.delete(plugin.sockets().registration());
    Files.delete(directory(plugin.sockets().registration()));
    Files.delete(plugin.sockets().dra());
    Files.delete(directory(plugin.sockets().dra()));
    Files.delete(directory(directory(plugin.sockets().dra())));

    await()
        .atMost(PATIENCE)
        .until(() ->
            Files.exists(plugin.sockets().registration()) && Files.exists(plugin.sockets().dra()));
    var fresh = rig.freshKubelet();
    fresh.awaitRegistered(DRIVER, PATIENCE);
    assertThat(at(fresh.prepare(List.of(claim("one"))), "uid-of-one").error()).isEmpty();
    await().atMost(PATIENCE).until(() -> fresh.health().size() == 2);
  }

  @Test
  void aSocketTakenByAnotherIsTakenBack() throws Exception {
    KubeletPlugin plugin = rig.started("aaaa1111");
    var kubelet = rig.kubelet();
    kubelet.awaitRegistered(DRIVER, PATIENCE);
    Files.delete(plugin.sockets().dra());

    Object thiefs;
    try (ServerSocketChannel thief = listening(plugin.sockets().dra())) {
      thiefs = fileKey(plugin.sockets().dra());
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(() -> !fileKey(plugin.sockets().dra()).equals(thiefs));
      assertThat(thief.isOpen()).isTrue();
    }

    var fresh = rig.freshKubelet();
    fresh.awaitRegistered(DRIVER, PATIENCE);
    assertThat(at(fresh.prepare(List.of(claim("one"))), "uid-of-one").error()).isEmpty();
  }

  private static Object fileKey(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  @Test
  void aFileInTheWayIsNamedAndStartMayBeTriedAgain() throws Exception {
    Path inTheWay = rig.kubeletDir.resolve("plugins_registry");
    Files.writeString(inTheWay, "");
    KubeletPlugin plugin = rig.plugin("aaaa1111");

    assertThatThrownBy(plugin::start)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(inTheWay.toString())
        .hasMessageContaining("with that name exists");
    assertThat(plugin.sockets().dra()).doesNotExist();

    Files.delete(inTheWay);
    plugin.start();
    rig.kubelet().awaitRegistered(DRIVER, PATIENCE);
  }

  @Test
  void aSocketThatCannotBePublishedLeavesNoServerBehind() throws Exception {
    KubeletTransport transport = rig.transport();
    Path none = Files.createDirectory(rig.kubeletDir.resolve("relay"));
    List<Server> made = new ArrayList<>();
    KubeletSocket socket =
        new KubeletSocket(
            rig.kubeletDir.resolve("registry/a.sock"),
            "a.sock",
            new SocketRelay(none, KubeletSocket.REMEDY),
            "rwx------",
            at -> {
              Server server = transport.server(at).build();
              made.add(server);
              return server;
            },
            transport);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(socket::open).isInstanceOf(IOException.class);
    }
    assertThat(made).hasSize(3).allMatch(Server::isShutdown);
  }

  @Test
  void aDirectoryThatIsGoneForAWhileAndComesBackWithTheOldSocketIsServedAgain() throws Exception {
    KubeletPlugin plugin = rig.started("aaaa1111");
    Path registry = directory(plugin.sockets().registration());
    Path aside = rig.kubeletDir.resolve("aside");
    Files.move(registry, aside);
    Files.writeString(registry, "");
    await()
        .atMost(PATIENCE)
        .until(() -> plugin.problem().filter(p -> p.contains("with that name exists")).isPresent());

    Files.delete(registry);
    Files.move(aside, registry);

    await().atMost(PATIENCE).until(() -> plugin.problem().isEmpty());
    rig.kubelet().awaitRegistered(DRIVER, PATIENCE);
  }

  /** Neither the thread that serves the kubelet waits for the disk, nor who asks how things are. */
  @Test
  void aDiskThatHangsIsNotKnownToBeWellAndKeepsNobodyWaiting() throws Exception {
    FakeKubelet kubelet = rig.kubelet();
    CountDownLatch back = new CountDownLatch(1);
    AtomicBoolean hangs = new AtomicBoolean();
    KubeletPlugin plugin =
        rig.plugin(
            "aaaa1111",
            () -> {
              if (hangs.get()) {
                try {
                  back.await();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              }
            });
    plugin.start();
    kubelet.awaitRegistered(DRIVER, PATIENCE);
    assertThat(plugin.unknown()).isEmpty();

    hangs.set(true);
    await().atMost(PATIENCE.multipliedBy(3)).until(() -> plugin.unknown().isPresent());
    assertThat(plugin.unknown().orElseThrow())
        .contains(plugin.sockets().dra().toString(), "is not known");
    assertThat(plugin.problem()).as("for liveness: a restart does not help").isEmpty();
    ClaimId claim = new ClaimId("ns", "claim", "uid-1");
    assertThat(kubelet.unprepare(List.of(claim))).containsEntry("uid-1", "");

    hangs.set(false);
    back.countDown();
    await().atMost(PATIENCE).until(() -> plugin.unknown().isEmpty());
    assertThat(plugin.problem()).isEmpty();
  }

  @Test
  void aDirectoryThatCannotBeWrittenIsNamedWithTheRemedy() throws Exception {
    // Not even root may make a directory there.
    KubeletPlugin plugin =
        new KubeletPlugin(
            new KubeletSettings(DRIVER, "node-1", Path.of("/proc/kubelet"), "aaaa1111"),
            rig.transport(),
            rig.claims,
            rig.health,
            KubeletPluginObserver.NONE);

    assertThatThrownBy(plugin::start)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/proc/kubelet/plugins")
        .hasMessageContaining("--kubelet-dir");
  }

  @Test
  void readinessTellsOfASocketThatCannotBePutBack() throws Exception {
    KubeletPlugin plugin = rig.started("aaaa1111");
    Path registry = directory(plugin.sockets().registration());
    Files.delete(plugin.sockets().registration());
    Files.delete(registry);
    Files.writeString(registry, "in the way");

    await().atMost(PATIENCE).until(() -> plugin.problem().isPresent());
    assertThat(plugin.problem().orElseThrow()).contains(registry.toString());

    Files.delete(registry);
    await().atMost(PATIENCE).until(() -> plugin.problem().isEmpty());
    rig.kubelet().awaitRegistered(DRIVER, PATIENCE);
  }
}
