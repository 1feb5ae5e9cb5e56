package dev.acceld.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigTest {
  @TempDir Path dir;

  private static AgentConfig read(Map<Setting, String> flags, Map<String, String> env) {
    return ConfigReader.read(RawSettings.of(flags, env, Optional.empty()));
  }

  private AgentConfig readFile(String yaml) throws IOException {
    Path file = Files.writeString(dir.resolve("acceld.yaml"), yaml);
    return ConfigReader.read(RawSettings.of(Map.of(), Map.of(), Optional.of(file)));
  }

  @Test
  void defaultsAreTheDocumentedOnes() {
    AgentConfig c = read(Map.of(), Map.of("NODE_NAME", "n1"));
    assertThat(c.nodeName()).isEqualTo("n1");
    assertThat(c.driverName()).isEqualTo("acceld.dev");
    assertThat(c.kubeletDir()).isEqualTo(Path.of("/var/lib/kubelet"));
    assertThat(c.cdiDir()).isEqualTo(Path.of("/var/run/cdi"));
    assertThat(c.stateDir()).isEqualTo(Path.of("/var/lib/acceld"));
    assertThat(c.httpAddress()).isEqualTo(":9400");
    assertThat(c.vendors().values())
        .containsEntry("nvidia-driver-root", "/")
        .containsEntry("nvidia-cdi-hook", "/usr/bin/nvidia-cdi-hook")
        .containsEntry("nvidia-driver-capabilities", "all")
        .containsEntry("nvidia-mig-on-demand", "none")
        .doesNotContainKey("nvidia-host-driver-root");
    assertThat(c.hostRoot()).isEqualTo(Path.of("/"));
    assertThat(c.sampleInterval()).isEqualTo(Duration.ofSeconds(1));
    assertThat(c.machine()).isEmpty();
    assertThat(c.kubeconfig()).isEmpty();
    assertThat(c.jsonLogs()).isFalse();
  }

  @Test
  void eachDriverHasAStateDirectoryOfItsOwn() {
    AgentConfig c =
        read(Map.of(Setting.DRIVER_NAME, "other.example.com"), Map.of("NODE_NAME", "n1"));
    assertThat(c.stateDir()).isEqualTo(Path.of("/var/lib/acceld/drivers/other.example.com"));
  }

  @Test
  void theKernelLogIsAFileOrOffAndThatOfTheMachineWithOne() {
    Map<String, String> env = Map.of("NODE_NAME", "n1");
    assertThat(read(Map.of(), env).kernelLog()).isEmpty();
    assertThat(read(Map.of(Setting.KERNEL_LOG, "OFF"), env).kernelLog()).isEmpty();
    AgentConfig on = read(Map.of(Setting.KERNEL_LOG, "/dev/kmsg"), env);
    assertThat(on.kernelLog()).contains(Path.of("/dev/kmsg"));
    assertThat(on.onMachine().kernelLog()).contains(on.machineRoot().resolve("dev/kmsg"));
    assertThatThrownBy(() -> read(Map.of(Setting.KERNEL_LOG, "on"), env))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("--kernel-log", "'on'", "/dev/kmsg", "off");
  }

  private static final String NAME = "other.example.com";

  private Path defaultStateDir() {
    Map<Setting, String> flags = Map.of(Setting.DRIVER_NAME, NAME, Setting.NODE_NAME, "n1");
    return ConfigReader.read(RawSettings.of(flags, Map.of(), Optional.empty()), dir).stateDir();
  }

  private void recordOf(String driver) throws IOException {
    Files.writeString(
        Files.createDirectories(dir.resolve("claims")).resolve(driver + ".json"),
        "{\"devices\":[{\"pool\":\"n1\",\"cdiIds\":[\"" + driver + "/claim=u1-gpu-0\"]}]}");
  }

  /** Older agents had one directory for all names. */
  @Test
  void aDriverStaysWhereItHasItsClaims() throws IOException {
    Path own = dir.resolve("drivers").resolve(NAME);
    assertThat(defaultStateDir()).isEqualTo(own);
    assertThat(DefaultStateDir.note(NAME, own, dir)).isEmpty();
    recordOf("acceld.dev");
    assertThat(defaultStateDir()).as("another driver's claims").isEqualTo(own);
    recordOf(NAME);
    assertThat(defaultStateDir()).isEqualTo(dir);
    assertThat(DefaultStateDir.note(NAME, dir, dir))
        .get()
        .asString()
        .contains(NAME, own.toString());
    assertThat(DefaultStateDir.note("acceld.dev", dir, dir)).isEmpty();

    Files.delete(dir.resolve("claims").resolve(NAME + ".json"));
    Files.writeString(dir.resolve("owner"), "{\"driver\":\"" + NAME + "\"}");
    assertThat(defaultStateDir()).as("it stays, with what else it keeps there").isEqualTo(dir);
    recordOf(NAME);
    Files.writeString(dir.resolve("owner"), "{\"driver\":\"acceld.dev\"}");
    assertThat(defaultStateDir()).as("it is another's by now").isEqualTo(own);
    Files.delete(dir.resolve("owner"));
    Files.createDirectories(own);
    assertThat(defaultStateDir()).as("it has moved").isEqualTo(own);
  }

  @Test
  void claimsThatCannotBeLookedForAreNotTakenForNone() throws IOException {
    Files.createDirectories(dir.resolve("owner")); // cannot be read as a file
    assertThatThrownBy(this::defaultStateDir)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("cannot be determined")
        .hasMessageContaining("--state-dir");
  }

  @Test
  void flagBeatsEnvironmentBeatsFile() throws IOException {
    Path file =
        Files.writeString(
            dir.resolve("c.yaml"), "driverName: file.dev\ncdiDir: /file\nstateDir: /file\n");
    AgentConfig c =
        ConfigReader.read(
            RawSettings.of(
                Map.of(Setting.DRIVER_NAME, "flag.dev"),
                Map.of("ACCELD_DRIVER_NAME", "env.dev", "ACCELD_CDI_DIR", "/env", "NODE_NAME", "n"),
                Optional.of(file)));
    assertThat(c.driverName()).isEqualTo("flag.dev");
    assertThat(c.cdiDir()).isEqualTo(Path.of("/env"));
    assertThat(c.stateDir()).isEqualTo(Path.of("/file"));
  }

  @Test
  void ownVariableBeatsTheCustomaryOne() {
    AgentConfig c = read(Map.of(), Map.of("NODE_NAME", "a", "ACCELD_NODE_NAME", "b"));
    assertThat(c.nodeName()).isEqualTo("b");
  }

  @Test
  void anUnknownKeyNamesTheNearestKnownOne() {
    assertThatThrownBy(() -> readFile("kubeletdri: /x\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'kubeletdri'")
        .hasMessageContaining("did you mean kubeletDir?");
  }

  @Test
  void anUnknownVariableNamesTheNearestKnownOne() {
    assertThatThrownBy(() -> read(Map.of(), Map.of("ACCELD_KUBLET_DIR", "/x")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("ACCELD_KUBLET_DIR")
        .hasMessageContaining("did you mean ACCELD_KUBELET_DIR?");
  }

  @Test
  void theDevicesOfAClaimAreNoSettings() {
    assertThat(read(Map.of(), Map.of("ACCELD_DEVICE_GPU_1", "gpu-1")).tidy()).isFalse();
  }

  @Test
  void tidinessIsYesOrNo() {
    assertThat(read(Map.of(), Map.of("ACCELD_TIDY", "true")).tidy()).isTrue();
    assertThatThrownBy(() -> read(Map.of(), Map.of("ACCELD_TIDY", "yes")))
        .hasMessageContaining("ACCELD_TIDY")
        .hasMessageContaining("false, true");
  }

  @Test
  void brokenFilesAreNamed() {
    assertThatThrownBy(() -> readFile("- a\n- b\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("acceld.yaml")
        .hasMessageContaining("not a YAML map");
    assertThatThrownBy(() -> readFile("cdiDir: /a\ncdiDir: /b\n"))
        .hasMessageContaining("acceld.yaml")
        .hasMessageContaining("line 2")
        .hasMessageContaining("cdiDir");
    assertThatThrownBy(() -> read(Map.of(Setting.NODE_NAME, "Bad_Name"), Map.of()))
        .hasMessageContaining("--node-name");
    assertThatThrownBy(() -> readFile("cdiDir: [a]\n"))
        .hasMessageContaining("'cdiDir'")
        .hasMessageContaining("single value");
    assertThatThrownBy(
            () -> RawSettings.of(Map.of(), Map.of(), Optional.of(dir.resolve("nothing.yaml"))))
        .hasMessageContaining("nothing.yaml")
        .hasMessageContaining("cannot be read");
  }

  @Test
  void wrongValuesNameTheirSourceAndTheRemedy() {
    assertThatThrownBy(
            () -> read(Map.of(Setting.SAMPLE_INTERVAL, "1 second"), Map.of("NODE_NAME", "n")))
        .hasMessageContaining("--sample-interval (set by --sample-interval)")
        .hasMessageContaining("500ms, 1s");
    assertThatThrownBy(
            () -> read(Map.of(), Map.of("NODE_NAME", "n", "ACCELD_DRIVER_NAME", "Not_A_Name")))
        .hasMessageContaining("set by ACCELD_DRIVER_NAME")
        .hasMessageContaining("lower-case DNS name");
    assertThatThrownBy(() -> read(Map.of(Setting.LOG_LEVEL, "loud"), Map.of("NODE_NAME", "n")))
        .hasMessageContaining("error, warn, info, debug, trace");
    assertThatThrownBy(() -> read(Map.of(Setting.SAMPLE_INTERVAL, "1ms"), Map.of("NODE_NAME", "n")))
        .hasMessageContaining("between");
    assertThatThrownBy(() -> read(Map.of(Setting.INSTANCE, "a/b"), Map.of("NODE_NAME", "n")))
        .hasMessageContaining("--instance");
  }

  @Test
  void nvidiasDriverMayBeElsewhereOnTheHost() {
    AgentConfig c =
        read(
            Map.of(Setting.named("nvidia-driver-capabilities"), "compute, video"),
            Map.of(
                "NODE_NAME", "n",
                "ACCELD_NVIDIA_DRIVER_ROOT", "/host",
                "ACCELD_NVIDIA_HOST_DRIVER_ROOT", "/"));
    assertThat(c.vendors().values())
        .containsEntry("nvidia-driver-root", "/host")
        .containsEntry("nvidia-host-driver-root", "/")
        .containsEntry("nvidia-driver-capabilities", "compute, video");
    assertThatThrownBy(() ->
            read(
                Map.of(Setting.named("nvidia-driver-capabilities"), "compute,grafics"),
                Map.of("NODE_NAME", "n")))
        .hasMessageContainingAll("--nvidia-driver-capabilities", "'grafics'", "graphics");
  }

  @Test
  void everySettingHasOneNameInThreeSpellings() {
    assertThat(Setting.KUBELET_DIR.flag()).isEqualTo("--kubelet-dir");
    assertThat(Setting.KUBELET_DIR.env()).isEqualTo("ACCELD_KUBELET_DIR");
    assertThat(Setting.KUBELET_DIR.key()).isEqualTo("kubeletDir");
    for (Setting s : Setting.values()) {
      String flag = s.flag().substring(2);
      assertThat(s.env()).isEqualToIgnoringCase("ACCELD_" + flag.replace('-', '_'));
      assertThat(s.key()).isEqualToIgnoringCase(flag.replace("-", ""));
      assertThat(Setting.named(flag)).isSameAs(s);
    }
  }
}
