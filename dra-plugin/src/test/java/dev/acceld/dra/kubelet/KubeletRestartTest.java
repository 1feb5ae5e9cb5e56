package dev.acceld.dra.kubelet;

import static dev.acceld.dra.kubelet.FakeClaims.arrived;
import static dev.acceld.dra.kubelet.FakeClaims.claim;
import static dev.acceld.dra.kubelet.PluginRig.DRIVER;
import static dev.acceld.dra.kubelet.PluginRig.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.fake.PodId;
import dev.acceld.fake.kubelet.FakeKubelet;
import dev.acceld.fake.kubelet.KubeletHooks;
import dev.acceld.fake.kubelet.KubeletOptions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KubeletRestartTest {
  private static final PodId POD = new PodId("default", "pod-1", "");
  private static final PodId SECOND = new PodId("default", "pod-2", "");
  private PluginRig rig;

  @BeforeEach
  void open() throws Exception {
    rig = new PluginRig();
  }

  @AfterEach
  void close() throws Exception {
    rig.close();
  }

  @Test
  void thePluginIsRegisteredAnewAndAskedAgainForWhatIsPrepared() throws Exception {
    KubeletPlugin plugin = rig.started("aaaa1111");
    List<RegistrationStatus> heard = new CopyOnWriteArrayList<>();
    plugin.onRegistration(heard::add);
    AtomicInteger starts = new AtomicInteger();
    FakeKubelet kubelet =
        rig.kubelet(
            KubeletOptions.quick(),
            new KubeletHooks() {
              @Override
              public void started() {
                starts.incrementAndGet();
              }
            });
    kubelet.awaitRegistered(DRIVER, PATIENCE);
    kubelet.startPod(DRIVER, POD, List.of(claim("shared")));
    kubelet.startPod(DRIVER, SECOND, List.of(claim("shared")));
    assertThat(rig.claims.prepared).hasSize(1); // the second pod shares what is there

    kubelet.restart();

    kubelet.awaitRegistered(DRIVER, PATIENCE);
    assertThat(starts).hasValue(2);
    await().atMost(PATIENCE).until(() -> heard.size() == 2);
    assertThat(plugin.connections()).isEqualTo(1);
    kubelet.startPod(DRIVER, POD, List.of(claim("shared")));
    assertThat(rig.claims.prepared).hasSize(2); // with no unprepare in between
    assertThat(kubelet.stopPod(DRIVER, POD)).isEmpty();
    assertThat(kubelet.stopPod(DRIVER, SECOND)).containsEntry("uid-of-shared", "");
    assertThat(rig.claims.unprepared).containsExactly(arrived("shared"));
  }
}
