package dev.acceld.probe.nvidia.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.acceld.device.Device;
import dev.acceld.device.Gpu;
import dev.acceld.host.HostFs;
import dev.acceld.host.HostProcesses;
import dev.acceld.probe.Fakes;
import dev.acceld.reset.Holders;
import dev.acceld.reset.ResetFailedException;
import dev.acceld.reset.ResetFailedException.Cause;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What nvidia-smi answers, and what is made of it. */
class SmiResetTest {
  @TempDir Path root;

  private SmiReset reset() {
    return new SmiReset(root, new Holders(new HostProcesses(new HostFs(root))));
  }

  private static Gpu gpu() {
    Device any = Fakes.gpu("gpu-a");
    return new Gpu(
        any.common(),
        "GPU-1b4e28ba",
        "NVIDIA H100",
        Optional.empty(),
        OptionalInt.of(3),
        OptionalInt.of(3),
        1L << 36,
        "580");
  }

  private void program(String body) throws Exception {
    Path file = Files.createDirectories(root.resolve("usr/bin")).resolve("nvidia-smi");
    Files.writeString(file, "#!/bin/sh\n" + body);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private Cause cause(String words, int status) throws Exception {
    program("echo '" + words + "'; exit " + status + "\n");
    ResetFailedException failed =
        catchThrowableOfType(
            ResetFailedException.class, () -> reset().reset(gpu(), Duration.ofSeconds(20)));
    assertThat(failed).hasMessageContaining(words).hasMessageContaining("exit status " + status);
    return failed.why();
  }

  @Test
  void theGpuIsNamedByItsUuidAndTheLibrariesOfTheRootAreUsed() throws Exception {
    Path libraries = Files.createDirectories(root.resolve("usr/lib64"));
    Files.createFile(libraries.resolve("libnvidia-ml.so.1"));
    program("echo \"$@\"; echo \"$LD_LIBRARY_PATH\"\n");
    assertThat(reset().reset(gpu(), Duration.ofSeconds(20)))
        .containsExactly("--gpu-reset -i GPU-1b4e28ba", libraries.toString());
  }

  @Test
  void itsWordsTellWhy() throws Exception {
    assertThat(cause("GPU 00000000:0F:00.0: In use by another client", 255)).isEqualTo(Cause.BUSY);
    assertThat(
            cause(
                "1 device is currently being used by one or more other processes (e.g., Fabric"
                    + " Manager, CUDA application)",
                255))
        .isEqualTo(Cause.BUSY);
    assertThat(cause("GPU Reset is not supported for a GPU that is linked to others", 3))
        .isEqualTo(Cause.UNSUPPORTED);
    assertThat(cause("Insufficient Permissions", 4)).isEqualTo(Cause.UNSUPPORTED);
    assertThat(cause("Unknown Error", 255)).isEqualTo(Cause.FAILED);
    assertThat(cause("The following GPUs could not be reset: GPU 0", 0)).isEqualTo(Cause.FAILED);
  }

  @Test
  void withoutTheProgramItIsRefusedWithTheWayByHand() {
    assertThat(reset().refusal(gpu()).orElseThrow())
        .contains("no nvidia-smi below the driver root " + root, "acceld release");
    assertThat(reset().canReset(gpu())).isTrue();
    assertThat(reset().canReset(Fakes.tpu("tpu-a"))).isFalse();
  }
}
