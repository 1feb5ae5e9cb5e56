package dev.acceld.machine.drm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.machine.SimulatedKernel;
import dev.acceld.machine.Simulation;
import dev.acceld.machine.drm.DrmFaults.Errors;
import dev.acceld.machine.tree.PcieErrorFiles.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrmFaultsTest {
  private static final String AMD = "0000:05:00.0";
  private static final String ARC = "0000:18:00.0";

  @TempDir Path dir;

  @Test
  void memoryErrorsAreCountedAndWrittenToTheLog() throws IOException {
    DrmMachine machine = DrmMachine.of(dir, "mi300x8");
    machine.simulation().drm().ras("amd-0", "umc", new Errors(1, 2, 3));
    machine.simulation().drm().ras(AMD, "umc", new Errors(1, 0, 0));
    machine.simulation().drm().ras("amd-0", "gfx", new Errors(0, 7, 0));
    assertThat(machine.text(AMD, "ras/umc_err_count")).isEqualTo("ue: 2\nce: 2\nde: 3\n");
    assertThat(machine.text(AMD, "ras/gfx_err_count")).isEqualTo("ue: 0\nce: 7\n");
    assertThat(machine.text("0000:26:00.0", "ras/umc_err_count")).startsWith("ue: 0\n");
    assertThat(Files.readString(machine.root().resolve("dev/kmsg")))
        .contains("amdgpu " + AMD + ": amdgpu: 1 uncorrectable hardware errors detected")
        .contains(" DEVICE=+pci:" + AMD + "\n");
    machine.simulation().restore("amd-0");
    assertThat(machine.text(AMD, "ras/umc_err_count")).isEqualTo("ue: 0\nce: 0\nde: 0\n");
  }

  @Test
  void aResetPutsCountersToZeroAndRetiresPendingPages() throws Exception {
    DrmMachine machine = DrmMachine.of(dir, "mi300x8");
    machine.simulation().drm().ras("amd-0", "umc", new Errors(1, 0, 0));
    machine.simulation().drm().ras("amd-1", "umc", new Errors(1, 0, 0));
    machine.simulation().drm().badPages("amd-0", 2, 'P');
    machine.simulation().drm().badPages("amd-0", 1, 'F');
    assertThat(machine.text(AMD, "ras/gpu_vram_bad_pages"))
        .matches("(0x[0-9a-f]{8} : 0x00001000 : P\n){2}0x[0-9a-f]{8} : 0x00001000 : F\n");
    try (SimulatedKernel kernel = SimulatedKernel.start(machine.root())) {
      Files.writeString(machine.file(AMD, "reset"), "1\n");
      await(machine, AMD, "reset", "\n");
    }
    assertThat(machine.text(AMD, "ras/umc_err_count")).startsWith("ue: 0\n");
    assertThat(machine.text("0000:26:00.0", "ras/umc_err_count")).startsWith("ue: 1\n");
    assertThat(machine.text(AMD, "ras/gpu_vram_bad_pages")).contains(" : R\n", " : F\n");
    assertThat(machine.text(AMD, "ras/gpu_vram_bad_pages")).doesNotContain("P");
  }

  @Test
  void aResetThatFailsLeavesTheGpuSilent() throws Exception {
    DrmMachine machine = DrmMachine.of(dir, "mi300x8");
    machine.simulation().resets().fail("amd-0", 1);
    try (SimulatedKernel kernel = SimulatedKernel.start(machine.root())) {
      Files.writeString(machine.file(AMD, "reset"), "1\n");
      await(machine, AMD, "reset", "\n");
      assertThat(Files.readAllBytes(machine.file(AMD, "config"))).containsOnly(0xff);
      assertThat(machine.metrics(AMD).getLong(88)).isEqualTo(-1);
      Files.writeString(machine.file(AMD, "reset"), "1\n");
      await(machine, AMD, "reset", "\n");
    }
    assertThat(Files.readAllBytes(machine.file(AMD, "config"))).startsWith(0x02, 0x10, 0xa1, 0x74);
    assertThat(machine.metrics(AMD).getLong(88)).isNotNegative();
  }

  private static void await(DrmMachine machine, String gpu, String file, String text)
      throws Exception {
    Instant end = Instant.now().plus(Duration.ofSeconds(20));
    while (!machine.text(gpu, file).equals(text)) {
      assertThat(Instant.now()).as("%s of %s", file, gpu).isBefore(end);
      Thread.sleep(10);
    }
    // The file is emptied under the lock, before what follows from the reset: wait for that.
    machine.simulation().set(machine.simulation().devices().getLast().name(), "power", "auto");
  }

  @Test
  void readingsMoveWhileTheMachineRuns() throws Exception {
    DrmMachine machine = DrmMachine.of(dir, "mi210x4");
    machine.simulation().set("amd-0", "power", "200");
    long before = machine.metrics("0000:2f:00.0").getLong(24);
    Instant end = Instant.now().plus(Duration.ofSeconds(20));
    try (SimulatedKernel kernel = SimulatedKernel.start(machine.root())) {
      while (machine.metrics("0000:2f:00.0").getLong(24) == before) {
        assertThat(Instant.now()).isBefore(end);
        Thread.sleep(50);
      }
    }
  }

  @Test
  void aLostGpuIsSilentOrGoneAndComesBack() throws IOException {
    DrmMachine machine = DrmMachine.of(dir, "mi300x8");
    Simulation simulation = machine.simulation();
    Path kfd = machine.root().resolve("sys/class/kfd/kfd/topology");
    simulation.lose("amd-0");
    assertThat(Files.readAllBytes(machine.file(AMD, "config"))).containsOnly(0xff);
    simulation.lose("amd-0", true);
    assertThat(machine.file(AMD, "vendor")).doesNotExist();
    assertThat(machine.root().resolve("sys/class/drm/card1")).doesNotExist();
    assertThat(machine.root().resolve("sys/class/hwmon/hwmon3")).doesNotExist();
    assertThat(machine.root().resolve("dev/dri/renderD128")).doesNotExist();
    assertThat(kfd.resolve("nodes/9")).doesNotExist();
    assertThat(kfd.resolve("nodes/2/properties")).content().contains("drm_render_minor 129\n");
    assertThat(kfd.resolve("generation_id")).hasContent("2\n");
    assertThatThrownBy(() -> simulation.set("amd-0", "power", "1")).hasMessageContaining("is lost");
    simulation.restore("amd-0");
    assertThat(machine.text(AMD, "vendor")).isEqualTo("0x1002\n");
    assertThat(Files.readAllBytes(machine.file(AMD, "config"))).startsWith(0x02, 0x10);
    assertThat(kfd.resolve("nodes/2/properties")).content().contains("drm_render_minor 128\n");
    assertThat(machine.root().resolve("dev/dri/renderD128")).exists();
  }

  @Test
  void aRebootMendsWhatItMends() throws IOException {
    DrmMachine machine = DrmMachine.of(dir, "mi300x8");
    Simulation simulation = machine.simulation();
    simulation.set("amd-0", "power", "99");
    simulation.drm().ras("amd-0", "umc", new Errors(4, 0, 0));
    simulation.drm().badPages("amd-0", 1, 'P');
    simulation.links().errors("amd-0", Severity.FATAL, 1);
    simulation.links().width("amd-0", 4);
    simulation.lose("amd-1", true);
    assertThat(machine.text(AMD, "aer_dev_fatal")).endsWith("TOTAL_ERR_FATAL 1\n");
    assertThat(machine.text(AMD, "current_link_width")).isEqualTo("4\n");
    simulation.reboot();
    assertThat(machine.text(AMD, "ras/umc_err_count")).startsWith("ue: 0\n");
    assertThat(machine.text(AMD, "ras/gpu_vram_bad_pages")).endsWith(": R\n");
    assertThat(machine.text(AMD, "aer_dev_fatal")).endsWith("TOTAL_ERR_FATAL 0\n");
    assertThat(machine.text(AMD, "current_link_width")).isEqualTo("16\n");
    assertThat(machine.text(AMD, "hwmon/hwmon3/power1_input")).isEqualTo("99000000\n");
    assertThat(machine.text("0000:26:00.0", "vendor")).isEqualTo("0x1002\n");
  }

  @Test
  void onlyNewFirmwareEndsSurvivabilityMode() throws IOException {
    DrmMachine machine = DrmMachine.of(dir, "b60x4");
    Path file = machine.file(ARC, "survivability_mode");
    assertThat(file).doesNotExist();
    machine.simulation().drm().survivability("intel-0");
    assertThat(file).hasContent("Survivability mode type: Runtime\n");
    assertThat(machine.root().resolve("dev/kmsg")).content().contains("as wedged.");
    machine.simulation().reboot();
    assertThat(file).exists();
    machine.simulation().restore("intel-0");
    assertThat(file).doesNotExist();
  }

  @Test
  void countersOfTheOlderIntelDriver() {
    DrmMachine machine = DrmMachine.of(dir, "max1550x4");
    machine.simulation().drm().ras("intel-0", "fatal_guc", new Errors(2, 0, 0));
    Path counter = machine.root().resolve("sys/class/drm/card1/gt/gt0/error_counter/fatal_guc");
    assertThat(counter).hasContent("2\n");
    machine.simulation().reboot();
    assertThat(counter).hasContent("0\n");
  }

  @Test
  void mistakesAreNamed() {
    Simulation amd = DrmMachine.of(dir, "mi210x4").simulation();
    assertThatThrownBy(() -> amd.drm().ras("amd-0", "umx", new Errors(1, 0, 0)))
        .hasMessageContaining("no RAS block 'umx'; did you mean 'umc'?");
    assertThatThrownBy(() -> amd.drm().ras("amd-0", "umc", new Errors(0, 0, 1)))
        .hasMessageContaining("does not count deferred errors");
    assertThatThrownBy(() -> amd.drm().ras("amd-0", "umc", new Errors(0, 0, 0)))
        .hasMessageContaining("use --uncorrectable");
    assertThatThrownBy(() -> amd.drm().badPages("amd-0", 0, 'R'))
        .hasMessageContaining("0 is not a number of pages");
    assertThatThrownBy(() -> amd.drm().survivability("amd-0"))
        .hasMessageContaining("no survivability mode");
    assertThatThrownBy(() -> amd.set("amd-0", "memory-used", "65GiB"))
        .hasMessageContaining("more than the 68719476736 of amd-0");
    assertThatThrownBy(() -> amd.set("amd-0", "throttle", "pp"))
        .hasMessageContaining("did you mean 'ppt'?");
    assertThatThrownBy(() -> amd.set("amd-0", "utilization", "101"))
        .hasMessageContaining("0 to 100");
    assertThatThrownBy(() -> amd.xid("amd-0", 79)).hasMessageContaining("amd-0 is an AMD GPU");
    Simulation arc = DrmMachine.of(dir, "b60x4").simulation();
    assertThatThrownBy(() -> arc.drm().ras("intel-0", "fatal_guc", new Errors(1, 0, 0)))
        .hasMessageContaining("kernel-log");
    assertThatThrownBy(() -> arc.drm().badPages("intel-0", 1, 'R'))
        .hasMessageContaining("is an Intel GPU");
    Simulation tpu = DrmMachine.of(dir, "tpu7x4").simulation();
    assertThatThrownBy(() -> tpu.drm().badPages("tpu-0", 1, 'R'))
        .hasMessageContaining("tpu-0 is a TPU chip");
  }
}
