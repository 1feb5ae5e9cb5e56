package dev.acceld.dra.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketPathsTest {
  private static final String UID = "0f8fad5b-d9cb-469f-a165-70867728950e";

  private static SocketPaths paths(String driver, String kubeletDir) throws IOException {
    return SocketPaths.of(new KubeletSettings(driver, "node", Path.of(kubeletDir), UID));
  }

  @Test
  void areThoseOfTheGoHelper() throws Exception {
    SocketPaths paths = paths("acceld.dev", "/var/lib/kubelet");

    assertThat(paths.dra()).hasToString("/var/lib/kubelet/plugins/acceld.dev/dra-" + UID + ".sock");
    assertThat(paths.registration())
        .hasToString("/var/lib/kubelet/plugins_registry/acceld.dev-" + UID + "-reg.sock");
  }

  @Test
  void areShortenedStepByStep() throws Exception {
    String driver = "a".repeat(20) + ".accelerators.example.com";

    String hashedInstance = paths(driver, "/var/lib/kubelet").registration().toString();
    assertThat(hashedInstance)
        .matches("/var/lib/kubelet/plugins_registry/" + driver + "-[-_A-Za-z0-9]{11}-reg.sock");

    String allHashed = paths(driver, "/var/lib/kubelet-of-node-17/xxxx").registration().toString();
    assertThat(allHashed).matches(".*/dra-[-_A-Za-z0-9]{11}-[-_A-Za-z0-9]{11}-reg.sock");
    assertThat(allHashed.length()).isLessThanOrEqualTo(SocketPaths.MAX_BYTES);
    assertThat(SocketPaths.registrationNames(driver).asMatchPredicate())
        .accepts(Path.of(hashedInstance).getFileName().toString())
        .accepts(Path.of(allHashed).getFileName().toString())
        .accepts(driver + "-" + UID + "-reg.sock")
        .rejects("other-" + UID + "-reg.sock");
  }

  @Test
  void sayWhatToDoWhenNothingFits() {
    assertThatThrownBy(() -> paths("acceld.dev", "/" + "d".repeat(90)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/plugins/acceld.dev/dra-")
        .hasMessageContaining("107")
        .hasMessageContaining("--kubelet-dir");
  }

  @Test
  void aNameSharedByTwoDriversBeginningsIsNotMistaken() {
    assertThat(SocketPaths.registrationNames("acceld.dev").asMatchPredicate())
        .rejects("acceld.dev-tpu-" + UID + "-reg.sock")
        .rejects("acceld.dev-reg.sock");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "UPPER.dev", "under_score", "a..b", "-a", "a/b"})
  void refuseNamesThatAreNoDrivers(String driver) {
    assertThatThrownBy(() -> new KubeletSettings(driver, "node", Path.of("/k"), UID))
        .hasMessageContaining("driver name '" + driver + "'");
  }

  @Test
  void refuseAnInstanceThatIsAPath() {
    assertThatThrownBy(() -> new KubeletSettings("acceld.dev", "node", Path.of("/k"), "../x"))
        .hasMessageContaining("'../x'");
  }
}
