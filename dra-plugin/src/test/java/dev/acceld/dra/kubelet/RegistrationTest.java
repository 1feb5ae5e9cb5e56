package dev.acceld.dra.kubelet;

import static dev.acceld.dra.kubelet.PluginRig.DRIVER;
import static dev.acceld.dra.kubelet.PluginRig.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.dra.kubelet.RegistrationStatus.State;
import dev.acceld.fake.kubelet.KubeletHooks;
import dev.acceld.fake.kubelet.KubeletOptions;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RegistrationTest {
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
  void registersWithAKubeletThatIsThereAndWithOneThatComesLater() throws Exception {
    KubeletPlugin plugin = rig.plugin("aaaa1111");
    List<RegistrationStatus> heard = new CopyOnWriteArrayList<>();
    plugin.onRegistration(heard::add);
    assertThat(plugin.registration().state()).isEqualTo(State.WAITING);
    plugin.start();
    assertThat(Files.exists(plugin.sockets().registration())).isTrue();

    var registration = rig.kubelet().awaitRegistered(DRIVER, PATIENCE);

    assertThat(registration.endpoint()).isEqualTo(plugin.sockets().dra().toString());
    assertThat(registration.draVersion()).isEqualTo("v1.DRAPlugin");
    assertThat(registration.healthVersion()).contains("v1.DRAResourceHealth");
    await().atMost(PATIENCE).until(() -> plugin.registration().registered());
    assertThat(heard).hasSize(1);
    assertThat(heard.getFirst().registered()).isTrue();
  }

  @Test
  void keepsTheKubeletsWordsWhenItIsRefused() throws Exception {
    KubeletPlugin plugin = rig.started("aaaa1111");

    rig.kubelet(
        KubeletOptions.quick().knowing(List.of("v7.DRAPlugin"), List.of()), KubeletHooks.NONE);

    await().atMost(PATIENCE).until(() -> plugin.registration().state() == State.REFUSED);
    assertThat(plugin.registration().error()).contains("v1beta1.DRAPlugin", "v7.DRAPlugin");
    assertThat(plugin.registration().refusal()).contains("its version is not supported");
  }

  @Test
  void aGateThatIsOffIsNamed() throws Exception {
    KubeletPlugin plugin = rig.started("aaaa1111");

    rig.kubelet(KubeletOptions.quick().gateOff(), KubeletHooks.NONE);

    await().atMost(PATIENCE).until(() -> plugin.registration().state() == State.REFUSED);
    assertThat(plugin.registration().refusal())
        .contains("no handler registered", "DynamicResourceAllocation is off");
  }

  @Test
  void theKubeletUsesOneConnectionForEverything() throws Exception {
    KubeletPlugin plugin = rig.started("aaaa1111");
    var kubelet = rig.kubelet();
    kubelet.awaitRegistered(DRIVER, PATIENCE);

    kubelet.prepare(List.of(FakeClaims.claim("one")));
    kubelet.unprepare(List.of(FakeClaims.claim("one")));
    await().atMost(PATIENCE).until(() -> plugin.healthStreams() == 1);

    assertThat(plugin.connections()).isEqualTo(1);
  }
}
