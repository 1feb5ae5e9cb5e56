package dev.acceld.agent.inside;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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

  private ContainerTree container;

  @BeforeEach
  void open(@TempDir Path root) {
    container = new ContainerTree(root);
  }

  @AfterEach
  void close() throws IOException {
    container.close();
  }

  @Test
  void whatWasPromisedIsThere() throws IOException {
    for (String path :
        new String[] {"/dev/nvidia0", "/dev/nvidia3", "/dev/nvidiactl", "/dev/null"}) {
      container.node(path);
    }
    ContainerCheck found = container.look(TWO_GPUS);
    assertThat(found.problems()).isEmpty();
    assertThat(found.devices()).containsExactly("gpu-85e2fec2", "gpu-f28c884f");
    assertThat(found.files())
        .extracting(ContainerCheck.DeviceNode::path)
        .containsExactly("/dev/nvidia0", "/dev/nvidia3", "/dev/nvidiactl");
    assertThat(found.files().getFirst().major()).isEqualTo(1); // that of /dev/null
  }

  @Test
  void aTpuHasAVfioGroupOrAnAccelFile() throws IOException {
    assertThat(container.look(ONE_TPU).problems()).isNotEmpty();
    container.node("/dev/vfio/14");
    container.node("/dev/vfio/vfio");
    assertThat(container.look(ONE_TPU).problems()).isEmpty();
    container.delete("/dev/vfio/14");
    assertThat(container.look(ONE_TPU).problems()).isNotEmpty(); // the control file is no chip
    container.node("/dev/accel0");
    assertThat(container.look(ONE_TPU).problems()).isEmpty();
  }

  @Test
  void withoutAnythingTheRuntimeIsToBlame() {
    assertThat(container.look(Map.of("HOME", "/")).problems())
        .singleElement()
        .asString()
        .contains("ACCELD_DEVICE_", "enable_cdi = true", "resources.claims");
  }

  @Test
  void oneFileTooFewIsNamed() throws IOException {
    container.node("/dev/nvidia0");
    container.node("/dev/nvidiactl");
    assertThat(container.look(TWO_GPUS).problems())
        .singleElement()
        .asString()
        .contains("gpu-85e2fec2, gpu-f28c884f with 2 device files", "only 1 of them");
  }

  @Test
  void anOrdinaryFileIsNoDevice() throws IOException {
    container.node("/dev/nvidia0");
    container.node("/dev/nvidiactl");
    Files.writeString(container.file("/dev/nvidia1"), "");
    assertThat(container.look(TWO_GPUS).problems()).hasSize(1);
  }

  @Test
  void partitionsOfAGpuShareItsFile() throws IOException {
    container.node("/dev/nvidia0");
    container.node("/dev/nvidiactl");
    Map<String, String> twoPartitions =
        Map.of(
            "ACCELD_DEVICE_GPU_85E2FEC2_MIG_1G10GB_5",
            "gpu-85e2fec2-mig-1g10gb-5",
            "ACCELD_DEVICE_GPU_85E2FEC2_MIG_1G10GB_6",
            "gpu-85e2fec2-mig-1g10gb-6");
    assertThat(container.look(twoPartitions).problems()).isEmpty();
  }

  @Test
  void aMissingControlFileIsNamed() throws IOException {
    container.node("/dev/nvidia0");
    container.node("/dev/nvidia1");
    assertThat(container.look(TWO_GPUS).problems())
        .singleElement()
        .asString()
        .contains("/dev/nvidiactl");
  }
}
