package dev.acceld.agent.inside;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.host.HostFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerCheckTest {
  private static final Map<String, String> TWO_GPUS =
      Map.of(
          "ACCELD_DEVICE_GPU_85E2FEC2",
          "gpu-85e2fec2",
          "ACCELD_DEVICE_GPU_F28C884F",
          "gpu-f28c884f",
          "HOME",
          "/");
  private static final Map<String, String> ONE_TPU =
      Map.of("ACCELD_DEVICE_TPU_0000_40_01", "tpu-0000-40-01");

  @TempDir Path root;

  /** JUnit would warn of links that lead out of its directory. */
  @AfterEach
  void removeLinks() throws IOException {
    try (var files = Files.walk(root)) {
      for (Path file : files.filter(Files::isSymbolicLink).toList()) {
        Files.delete(file);
      }
    }
  }

  /** A real character device under that path. */
  private void node(String path) throws IOException {
    Path file = root.resolve(path.substring(1));
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.createSymbolicLink(file, Path.of("/dev/null"));
  }

  private ContainerCheck look(Map<String, String> env) {
    return ContainerCheck.look(env, new HostFs(root));
  }

  @Test
  void whatWasPromisedIsThere() throws IOException {
    for (String path :
        new String[] {"/dev/nvidia0", "/dev/nvidia3", "/dev/nvidiactl", "/dev/null"}) {
      node(path);
    }
    ContainerCheck found = look(TWO_GPUS);
    assertThat(found.problems()).isEmpty();
    assertThat(found.devices()).containsExactly("gpu-85e2fec2", "gpu-f28c884f");
    assertThat(found.files())
        .extracting(ContainerCheck.DeviceNode::path)
        .containsExactly("/dev/nvidia0", "/dev/nvidia3", "/dev/nvidiactl");
    assertThat(found.files().getFirst().major()).isEqualTo(1); // that of /dev/null
  }

  @Test
  void aTpuHasAVfioGroupOrAnAccelFile() throws IOException {
    assertThat(look(ONE_TPU).problems()).isNotEmpty();
    node("/dev/vfio/14");
    node("/dev/vfio/vfio");
    assertThat(look(ONE_TPU).problems()).isEmpty();
    Files.delete(root.resolve("dev/vfio/14"));
    assertThat(look(ONE_TPU).problems()).isNotEmpty(); // the control file is no chip
    node("/dev/accel0");
    assertThat(look(ONE_TPU).problems()).isEmpty();
  }

  @Test
  void withoutAnythingTheRuntimeIsToBlame() {
    assertThat(look(Map.of("HOME", "/")).problems())
        .singleElement()
        .asString()
        .contains("ACCELD_DEVICE_", "enable_cdi = true", "resources.claims");
  }

  @Test
  void oneFileTooFewIsNamed() throws IOException {
    node("/dev/nvidia0");
    node("/dev/nvidiactl");
    assertThat(look(TWO_GPUS).problems())
        .singleElement()
        .asString()
        .contains("2 devices", "gpu-f28c884f", "only 1");
  }

  @Test
  void anOrdinaryFileIsNoDevice() throws IOException {
    node("/dev/nvidia0");
    node("/dev/nvidiactl");
    Files.writeString(root.resolve("dev/nvidia1"), "");
    assertThat(look(TWO_GPUS).problems()).hasSize(1);
  }

  @Test
  void aMissingControlFileIsNamed() throws IOException {
    node("/dev/nvidia0");
    node("/dev/nvidia1");
    assertThat(look(TWO_GPUS).problems()).singleElement().asString().contains("/dev/nvidiactl");
  }
}
