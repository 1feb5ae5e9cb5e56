package dev.acceld.probe.amd;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.acceld.device.Device;
import dev.acceld.device.Metric;
import dev.acceld.device.Readings;
import dev.acceld.device.Sample;
import dev.acceld.host.HostFs;
import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.probe.Fakes;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The probe on simulated machines. */
class AmdMachineTest {
  @TempDir Path root;
  private final Fakes.HandClock clock = new Fakes.HandClock();

  private AmdProbe plant(String machine) throws Exception {
    MachineTree tree = MachineTree.create(root.resolve(machine), MachineCatalog.load(machine));
    return new AmdProbe(new HostFs(tree.root()), AmdOptions.NONE, clock::instant, clock::nanos);
  }

  @ParameterizedTest
  @CsvSource({"mi300x8, 8, 206158430208", "mi210x4, 4, 68719476736"})
  void everyGpuHasTheReadingsOfItsKind(String machine, int count, double memory) throws Exception {
    AmdProbe probe = plant(machine);
    List<Device> gpus = probe.discover().devices();
    Readings readings = probe.read(gpus);
    assertThat(gpus).hasSize(count);
    assertThat(readings.values()).hasSize(count);
    for (Device gpu : gpus) {
      Sample sample = readings.of(gpu.name());
      assertThat(sample.get(Metric.MEMORY_TOTAL)).isEqualTo(memory);
      assertThat(sample.metrics())
          .contains(
              Metric.UTILIZATION,
              Metric.MEMORY_UTILIZATION,
              Metric.MEMORY_USED,
              Metric.POWER,
              Metric.POWER_LIMIT,
              Metric.TEMPERATURE,
              Metric.TEMPERATURE_THRESHOLD,
              Metric.MEMORY_TEMPERATURE,
              Metric.SM_CLOCK,
              Metric.MEMORY_CLOCK,
              Metric.ENERGY,
              Metric.ECC_UNCORRECTED,
              Metric.RETIRED_PAGES_PENDING,
              Metric.PCIE_REPLAYS,
              Metric.PCIE_GENERATION,
              Metric.PCIE_ERRORS);
    }
    assertThat(probe.signals()).isEmpty();
  }

  /** There is a look every second, on each node. */
  @Test
  void aLookMakesLittleGarbage() throws Exception {
    AmdProbe probe = plant("mi300x8");
    List<Device> gpus = probe.discover().devices();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int looks = 50;
    for (int i = 0; i < looks; i++) { // the code is loaded, and buffers are there
      probe.read(gpus);
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < looks; i++) {
      clock.seconds(1);
      probe.read(gpus);
      assertThat(probe.signals()).isEmpty();
    }
    assertThat((threads.getCurrentThreadAllocatedBytes() - before) / looks / gpus.size())
        .as("bytes a look and GPU")
        .isLessThan(40_000);
  }
}
