package dev.acceld.probe.nvidia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.probe.Discovery;
import dev.acceld.probe.Releases;
import dev.acceld.probe.nvidia.mig.MigSelector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept, and what is not done, while a call about a GPU hangs. */
class NvidiaHungCallTest {
  private static final Duration GENEROUS = Duration.ofSeconds(60);

  @TempDir Path dir;
  private Machine machine;
  private NvidiaProbe probe;
  private volatile Instant now = Instant.now();

  @BeforeEach
  void aNodeWithEightGpus() {
    machine = new Machine(dir.resolve("m"), "h100x8");
    probe =
        new NvidiaProbe(
            machine.root(),
            machine.host(),
            Releases.NONE,
            MigSelector.NONE,
            () -> now,
            Duration.ZERO,
            Duration.ofSeconds(1));
  }

  private boolean isLoaded() throws Exception {
    return Files.readString(Path.of("/proc/self/maps")).contains(machine.root().toString());
  }

  private Discovery discover() {
    return assertTimeoutPreemptively(GENEROUS, probe::discover);
  }

  @Test
  void nothingIsFreedThatTheCallMayStillUse() throws Exception {
    try {
      List<Device> all = discover().devices();
      probe.read(all);
      assertThat(probe.read(all).values().keySet()).hasSize(8);
      machine.put("hang.nvmlGpmSampleGet.3", 1);
      assertTimeoutPreemptively(
          GENEROUS,
          () -> {
            while (probe.read(all).values().size() == 8) { // GPM is not asked at each sample
              Thread.sleep(50);
            }
          });
      machine.gpu(3, "lost", 1);
      // A call to one of these would not come back.
      machine.put("hang.nvmlGpmSampleFree", 1).put("hang.nvmlEventSetFree", 1);
      discover();
      assertTimeoutPreemptively(GENEROUS, probe::close);
    } finally {
      machine.reset();
    }
  }

  @Test
  void theLibraryIsNotLoadedAnewBesideOneThatCannotBeUnloaded() throws Exception {
    machine.put("hang.nvmlDeviceGetUUID.3", 1);
    try {
      assertThat(discover().problems()).anyMatch(p -> p.contains("has not returned"));
      for (int i = 0; i < 5; i++) {
        now = now.plus(Duration.ofHours(1));
        discover();
      }
    } finally {
      machine.reset();
    }
    assertTimeoutPreemptively(
        GENEROUS,
        () -> {
          while (probe.discover().devices().stream().anyMatch(d -> !d.common().offered())) {
            Thread.sleep(50);
          }
        });
    probe.close();
    assertThat(isLoaded()).as("unloaded, for none was left behind").isFalse();
  }

  @Test
  void theOnlyGpuHangsAndTheLibraryStaysTheSame() throws Exception {
    machine = new Machine(dir.resolve("one"), "h100x1");
    probe = machine.probe(Duration.ofSeconds(1));
    machine.put("hang.nvmlDeviceGetUUID.0", 1);
    try {
      discover();
      discover();
    } finally {
      machine.reset();
    }
    assertTimeoutPreemptively(
        GENEROUS,
        () -> {
          while (probe.discover().devices().stream().noneMatch(d -> d.common().offered())) {
            Thread.sleep(50);
          }
        });
    probe.close();
    assertThat(isLoaded()).isFalse();
  }

  @Test
  void aGpuThatTheAdministratorExcludesIsNotWaitedFor() throws Exception {
    String information = "proc/driver/nvidia/gpus/" + machine.get(2, "pci") + "/information";
    machine.gpu(2, "removed", 1);
    Path told = machine.root().resolve(information);
    Files.writeString(told, Files.readString(told).replaceFirst("Excluded:.*", "Excluded: Yes"));
    assertThat(discover().devices()).hasSize(7);
    Path libraries = machine.libraries();
    machine.move(libraries.toString(), "away"); // so that it cannot be loaded anew
    now = now.plus(Duration.ofHours(1));
    assertThat(discover().devices()).hasSize(7);
    probe.close();
  }

  /** Without what the kernel driver tells of each GPU. */
  @Test
  void aGpuThatFailsBeforeItWasEverKnownIsOneDevice() throws Exception {
    DeviceName bad = machine.name(3);
    machine.move("proc/driver/nvidia/gpus", "gone");
    machine.put("fail.nvmlDeviceGetMemoryInfo_v2.3", 15);
    assertThat(discover().devices()).hasSize(8).extracting(Device::name).contains(bad);
    machine.remove("fail.nvmlDeviceGetMemoryInfo_v2.3");
    assertThat(discover().unusable()).isEmpty();
    machine.put("fail.nvmlDeviceGetMemoryInfo_v2.3", 15);
    assertThat(discover().unusable())
        .hasSize(1)
        .hasEntrySatisfying(bad, why -> assertThat(why).contains("nvmlDeviceGetMemoryInfo_v2"));
    probe.close();
  }

  @Test
  void aGpuThatHangsBeforeItWasEverKnownIsOneDevice() {
    machine.move("proc/driver/nvidia/gpus", "gone");
    machine.put("hang.nvmlDeviceGetMemoryInfo_v2.3", 1);
    try {
      assertThat(discover().devices())
          .hasSize(8)
          .extracting(Device::name)
          .contains(machine.name(3));
    } finally {
      machine.reset();
      probe.close();
    }
  }
}
