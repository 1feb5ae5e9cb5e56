package dev.acceld.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.agent.config.ConfigException;
import dev.acceld.agent.config.RawSettings;
import dev.acceld.agent.config.Setting;
import dev.acceld.agent.local.LocalServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which state directory a command means that is not told. */
class StateDirTest {
  private static final Path USUAL = Path.of("/var/lib/acceld");
  private static final Path OTHER = USUAL.resolve("drivers/gpu.example.com");

  private static RawSettings env(Map<String, String> env) {
    return RawSettings.of(Map.of(), env, Optional.empty());
  }

  @Test
  void theOnlyOneInWhichAnAgentRuns() {
    assertThat(StateDir.only(List.of(), USUAL)).isEqualTo(USUAL);
    assertThat(StateDir.only(List.of(OTHER), USUAL)).isEqualTo(OTHER);
    assertThatThrownBy(() -> StateDir.only(List.of(OTHER, Path.of("/b")), USUAL))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("--state-dir")
        .hasMessageContaining(OTHER + ", /b");
  }

  @Test
  void theFlagAloneIsEnough() {
    Map<String, String> nothing = Map.of("PATH", "/bin", "ACCELD_JAVA", "/jdk");
    assertThat(StateDir.of("/srv/x/../acceld", nothing)).isEqualTo(Path.of("/srv/acceld"));
    assertThat(StateDir.of(" /srv/acceld ", nothing)).isEqualTo(Path.of("/srv/acceld"));
    assertThatThrownBy(() -> StateDir.of(" ", nothing))
        .isInstanceOf(ConfigException.class)
        .hasMessage("--state-dir is empty; set a value or omit it");
    assertThatThrownBy(() -> StateDir.of("a\0b", nothing))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("--state-dir")
        .hasMessageContaining("is not a path");
  }

  @Test
  void theEnvironmentCountsWhereItSaysAnything() {
    assertThat(StateDir.of(null, Map.of("ACCELD_STATE_DIR", "/srv/acceld")))
        .isEqualTo(Path.of("/srv/acceld"));
    assertThat(StateDir.of("/srv/flag", Map.of("ACCELD_STATE_DIR", "/srv/acceld")))
        .isEqualTo(Path.of("/srv/flag"));
    assertThatThrownBy(() -> StateDir.of("/srv/acceld", Map.of("ACCELD_STATEDIR", "/x")))
        .as("a variable that was meant for a setting")
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("ACCELD_STATEDIR");
  }

  @Test
  void whatIsSetIsNotSearchedFor(@TempDir Path kubelet) throws Exception {
    Path state = Files.createDirectories(kubelet.resolve("plugins/acceld.dev/state"));
    try (LocalServer agent = LocalServer.start(state, "one", Map.of())) {
      assertThat(agent).isNotNull();
      String dir = kubelet.toString();
      assertThat(
              StateDir.of(
                  env(Map.of("ACCELD_KUBELET_DIR", dir, "ACCELD_STATE_DIR", "/srv/acceld"))))
          .isEqualTo(Path.of("/srv/acceld"));
      assertThat(
              StateDir.of(
                  env(Map.of("ACCELD_KUBELET_DIR", dir, "ACCELD_DRIVER_NAME", "gpu.example.com"))))
          .isEqualTo(OTHER);
      assertThat(
              StateDir.of(
                  RawSettings.of(
                      Map.of(Setting.DRIVER_NAME, "acceld.dev"),
                      Map.of("ACCELD_KUBELET_DIR", dir),
                      Optional.empty())))
          .as("set to what it is anyway")
          .isEqualTo(USUAL);
    }
  }
}
