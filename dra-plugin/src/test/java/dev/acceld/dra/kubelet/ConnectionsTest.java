package dev.acceld.dra.kubelet;

import static dev.acceld.dra.kubelet.PluginRig.DRIVER;
import static dev.acceld.dra.kubelet.PluginRig.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.fake.kubelet.FakeKubelet;
import io.grpc.Attributes;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is connected, when others only look whether anybody listens. */
class ConnectionsTest {
  private static final Duration A_MOMENT = Duration.ofMillis(300);
  private final List<Integer> told = new CopyOnWriteArrayList<>();
  private PluginRig rig;

  @BeforeEach
  void open() throws Exception {
    rig = new PluginRig();
  }

  @AfterEach
  void close() throws Exception {
    rig.close();
  }

  private KubeletPlugin plugin() throws Exception {
    KubeletPlugin plugin =
        rig.plugin(
            "aaaa1111",
            rig.claims,
            new KubeletPluginObserver() {
              @Override
              public void connections(int open) {
                told.add(open);
              }
            });
    plugin.start();
    return plugin;
  }

  private static void lookAndHangUp(KubeletPlugin plugin) throws Exception {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(plugin.sockets().dra()));
    }
  }

  @Test
  void aLookAtTheSocketIsNotTheKubeletsGoing() throws Exception {
    KubeletPlugin plugin = plugin();
    rig.kubelet().awaitRegistered(DRIVER, PATIENCE);
    await().atMost(PATIENCE).until(() -> plugin.connections() == 1);

    for (int i = 0; i < 5; i++) {
      lookAndHangUp(plugin);
    }
    KubeletPlugin successor = rig.started("bbbb2222"); // sweeps, and so looks at our sockets
    await().atMost(PATIENCE).until(() -> successor.connections() == 1);

    assertThat(plugin.connections()).isEqualTo(1);
    assertThat(plugin.kubeletAway(Duration.ZERO)).isFalse();
    assertThat(told).isNotEmpty().allMatch(open -> open >= 0 && open <= 2);
  }

  @Test
  void theMomentOfTheLastOnesGoingIsKnownBeforeItIsSeenToHaveGone() {
    AtomicLong clock = new AtomicLong();
    AtomicReference<Connections> looked = new AtomicReference<>();
    Connections connections =
        new Connections(
            () -> {
              Connections it = looked.get();
              if (it != null) {
                assertThat(it.count()).as("open while the time is taken").isEqualTo(1);
              }
              return clock.get();
            },
            open -> {});
    Attributes one = connections.transportReady(Attributes.EMPTY);
    clock.set(Duration.ofHours(1).toNanos());
    looked.set(connections);
    connections.transportTerminated(one);
    looked.set(null);
    assertThat(connections.count()).isZero();
    assertThat(connections.noneFor(A_MOMENT)).isFalse();
  }

  @Test
  void aKubeletThatIsGoneIsNoticedAfterAnyNumberOfLooks() throws Exception {
    KubeletPlugin plugin = plugin();
    FakeKubelet kubelet = rig.kubelet();
    kubelet.awaitRegistered(DRIVER, PATIENCE);
    for (int i = 0; i < 5; i++) {
      lookAndHangUp(plugin);
    }
    await().atMost(PATIENCE).until(() -> plugin.connections() == 1);

    kubelet.stop();

    await().atMost(PATIENCE).until(() -> plugin.kubeletAway(A_MOMENT));
    assertThat(plugin.connections()).isZero();

    kubelet.start();
    await().atMost(PATIENCE).until(() -> !plugin.kubeletAway(A_MOMENT));
  }
}
