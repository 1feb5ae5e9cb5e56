package dev.acceld.probe.nvidia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.acceld.device.Device;
import dev.acceld.device.Gpu;
import dev.acceld.device.Metric;
import dev.acceld.device.MigDevice;
import dev.acceld.device.Readings;
import dev.acceld.device.Sample;
import dev.acceld.host.HostFs;
import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.machine.Simulation;
import dev.acceld.probe.Releases;
import dev.acceld.probe.nvidia.sampling.GpmMetric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read of partitions, and that the whole GPU is read beside them. */
class MigReadingsTest {
  private static final Set<Metric> OWN =
      EnumSet.of(
          Metric.MEMORY_TOTAL,
          Metric.MEMORY_RESERVED,
          Metric.MEMORY_FREE,
          Metric.MEMORY_USED,
          Metric.PROCESSES,
          Metric.PROCESS_MEMORY);

  /** PCIe and NVLinks are the whole GPU's. */
  private static final Set<Metric> OF_WHOLE =
      EnumSet.of(
          Metric.PCIE_SENT_RATE,
          Metric.PCIE_RECEIVED_RATE,
          Metric.NVLINK_SENT_RATE,
          Metric.NVLINK_RECEIVED_RATE);

  @TempDir Path dir;
  private final List<NvidiaProbe> open = new ArrayList<>();

  private Simulation start(String name) {
    Path root = MachineTree.create(dir.resolve(name), MachineCatalog.load(name)).root();
    Simulation machine = Simulation.open(root);
    machine.mig("gpu-4", true);
    machine.partition("gpu-4", "1g.10gb", 6);
    machine.partition("gpu-4", "3g.40gb", 0);
    open.add(new NvidiaProbe(root, new HostFs(root), Releases.NONE));
    return machine;
  }

  @AfterEach
  void close() {
    open.forEach(NvidiaProbe::close);
  }

  private static List<MigDevice> partitions(List<Device> devices) {
    return devices.stream().filter(MigDevice.class::isInstance).map(MigDevice.class::cast).toList();
  }

  private static Gpu whole(List<Device> devices) {
    return devices.stream().filter(Gpu.class::isInstance).map(Gpu.class::cast).toList().get(4);
  }

  @Test
  void aPartitionHasItsMemoryItsProcessesAndItsGpm() throws Exception {
    Simulation machine = start("h100x8");
    NvidiaProbe probe = open.getFirst();
    machine.set("gpu-4", "utilization", "60");
    List<Device> devices = probe.discover().devices();
    probe.read(devices);
    Thread.sleep(110); // GPM needs two samples apart
    Readings readings = probe.read(devices);
    Set<Metric> expected = EnumSet.copyOf(OWN);
    for (GpmMetric metric : GpmMetric.ALL) {
      expected.add(metric.metric);
    }
    expected.removeAll(OF_WHOLE);
    assertThat(partitions(devices)).hasSize(2);
    for (MigDevice part : partitions(devices)) {
      Sample sample = readings.of(part.name());
      assertThat(sample.metrics()).isEqualTo(expected);
      assertThat(sample.get(Metric.MEMORY_TOTAL)).isEqualTo(part.memoryBytes());
      assertThat(sample.get(Metric.SM_ACTIVE)).isCloseTo(0.54, within(1e-9));
    }
    assertThat(readings.of(whole(devices).name()).metrics())
        .contains(Metric.POWER, Metric.TEMPERATURE, Metric.MEMORY_USED)
        .doesNotContain(Metric.UTILIZATION);
    assertThat(probe.signals()).isEmpty();
  }

  @Test
  void beforeHopperItHasNoGpm() throws Exception {
    start("a100x8");
    NvidiaProbe probe = open.getFirst();
    List<Device> devices = probe.discover().devices();
    for (MigDevice part : partitions(devices)) {
      assertThat(probe.read(devices).of(part.name()).metrics()).isEqualTo(OWN);
    }
  }

  @Test
  void aPartitionThatIsUnmadeCostsItsOwnReadingsOnly() throws Exception {
    Simulation machine = start("h100x8");
    NvidiaProbe probe = open.getFirst();
    List<Device> devices = probe.discover().devices();
    assertThat(probe.read(devices).values()).hasSize(10);
    machine.mig("gpu-4", false);
    assertThat(probe.read(devices).values()).hasSize(8).containsKey(whole(devices).name());
    assertThat(probe.signals()).isEmpty();
    machine.mig("gpu-4", true);
    machine.partition("gpu-4", "1g.10gb", 6);
    List<Device> now = probe.discover().devices();
    assertThat(probe.read(now).values()).hasSize(9);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nvmlDeviceGetMigDeviceHandleByIndex",
        "nvmlDeviceGetMaxMigDeviceCount",
        "nvmlDeviceGetGpuInstanceId"
      })
  void aPartitionThatCannotBeFoundCostsItsOwnReadingsOnly(String symbol) throws Exception {
    Simulation machine = start("h100x8");
    NvidiaProbe probe = open.getFirst();
    List<Device> devices = probe.discover().devices();
    machine.fail(symbol, 999);
    assertThat(probe.read(devices).values()).hasSize(8);
    assertThat(probe.signals()).isEmpty();
    machine.fail(symbol, 0);
    assertThat(probe.read(devices).values()).hasSize(10);
  }

  @Test
  void gpmOfAnInstanceThatFailsCostsItsOwnReadings() throws Exception {
    Simulation machine = start("h100x8");
    NvidiaProbe probe = open.getFirst();
    List<Device> devices = probe.discover().devices();
    probe.read(devices);
    Thread.sleep(110);
    machine.fail("nvmlGpmMigSampleGet", 999);
    for (MigDevice part : partitions(devices)) {
      assertThat(probe.read(devices).of(part.name()).metrics()).isEqualTo(OWN);
    }
  }
}
