package dev.acceld.probe.nvidia;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Device;
import dev.acceld.device.Metric;
import dev.acceld.device.MetricDimension;
import dev.acceld.device.Sample;
import dev.acceld.host.CurrentBoot;
import dev.acceld.machine.Simulation;
import dev.acceld.machine.tree.PcieErrorFiles.Severity;
import dev.acceld.probe.DefectKind;
import dev.acceld.probe.Releases;
import dev.acceld.probe.Signal;
import dev.acceld.vendor.AerFaults;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel counts of NVIDIA GPUs' PCIe errors, beside what NVML says. */
class GpuErrorCountersTest {
  private static final int FATAL = MetricDimension.PCIE_ERROR.names().indexOf("fatal");

  @TempDir Path dir;
  private Machine machine;
  private Simulation simulation;
  private Releases releases;
  private NvidiaProbe probe;
  private List<Device> devices;

  @BeforeEach
  void open() throws Exception {
    machine = new Machine(dir.resolve("m"), "h100x8");
    simulation = Simulation.open(machine.root());
    releases = Releases.in(dir.resolve("released"), new CurrentBoot(machine.host()));
    probe = machine.probe(releases);
    devices = probe.discover().devices();
    probe.read(devices);
    probe.signals();
  }

  @AfterEach
  void close() {
    probe.close();
  }

  private List<Signal> looked() {
    probe.read(devices);
    List<Signal> told = new ArrayList<>();
    for (Signal signal : probe.signals()) {
      if (signal instanceof Signal.Fault
          || signal instanceof Signal.Reset
          || signal instanceof Signal.Defect) {
        told.add(signal);
      }
    }
    return told;
  }

  private Sample sample(int gpu) {
    return probe.read(devices).of(machine.name(gpu));
  }

  @Test
  void aFatalErrorIsAFaultOfThatGpu() {
    simulation.links().errors("gpu-3", Severity.FATAL, 1);
    assertThat(looked())
        .singleElement()
        .isInstanceOfSatisfying(
            Signal.Fault.class,
            fault -> {
              assertThat(fault.device()).isEqualTo(machine.name(3));
              assertThat(fault.code()).isEqualTo(AerFaults.FATAL);
            });
    assertThat(looked()).isEmpty();
  }

  @Test
  void otherErrorsAreDefects() {
    simulation.links().errors("gpu-1", Severity.NONFATAL, 2);
    simulation.links().errors("gpu-2", Severity.CORRECTABLE, 200);
    assertThat(looked().stream().map(signal -> ((Signal.Defect) signal).kind()))
        .containsExactlyInAnyOrder(DefectKind.PCIE_ERRORS, DefectKind.PCIE_CORRECTED);
  }

  /** While all other answers about the GPU fail, too: that is when it matters. */
  @Test
  void itIsSeenOfAGpuThatIsLost() {
    simulation.lose("gpu-3");
    simulation.links().errors("gpu-3", Severity.FATAL, 1);
    assertThat(looked())
        .anyMatch(signal -> signal instanceof Signal.Fault f && f.code().equals(AerFaults.FATAL));
  }

  /** nvidia-smi: the width may be reduced when the GPU is not in use. */
  @Test
  void aLinkWithFewerLanesIsNoSignal() throws Exception {
    Path width = machine.root().resolve("sys/bus/pci/devices/").resolve(place(3));
    Files.writeString(width.resolve("current_link_width"), "1\n");
    for (int i = 0; i < 5; i++) {
      assertThat(looked()).isEmpty();
    }
    assertThat(sample(3).get(Metric.PCIE_WIDTH)).as("by NVML").isEqualTo(16);
  }

  private String place(int gpu) {
    return devices.stream()
        .filter(device -> device.name().equals(machine.name(gpu)))
        .map(device -> device.common().pci().orElseThrow().toString())
        .findFirst()
        .orElseThrow();
  }

  /** Whoever resets it by hand may cause some. */
  @Test
  void errorsOfAReleasedGpuAreNoSignal() throws Exception {
    releases.release(machine.name(3), devices.get(3).common().pci());
    probe.discover();
    looked();
    simulation.links().errors("gpu-3", Severity.FATAL, 1);
    assertThat(looked()).isEmpty();
    releases.takeBack(machine.name(3));
    probe.discover();
    assertThat(looked()).isEmpty();
    simulation.links().errors("gpu-3", Severity.FATAL, 1);
    assertThat(looked()).hasSize(1);
  }

  @Test
  void whereTheKernelDoesNotCountThereIsNothing() throws Exception {
    for (String kind : List.of("correctable", "nonfatal", "fatal")) {
      Files.delete(machine.root().resolve("sys/bus/pci/devices/" + place(3) + "/aer_dev_" + kind));
    }
    assertThat(looked()).isEmpty();
  }

  @Test
  void whatNvmlTellsIsNotOverwritten() {
    simulation.set("gpu-3", "pcie-fatal", "2");
    assertThat(sample(3).get(Metric.PCIE_ERRORS, FATAL)).isEqualTo(2);
    simulation.links().errors("gpu-3", Severity.FATAL, 7);
    assertThat(sample(3).get(Metric.PCIE_ERRORS, FATAL)).isEqualTo(2);
  }

  @Test
  void whereNvmlTellsNoneThereAreTheKernels() throws Exception {
    probe.close();
    simulation.fail("nvmlDeviceGetFieldValues", 3);
    probe = machine.probe(releases);
    devices = probe.discover().devices();
    simulation.links().errors("gpu-3", Severity.FATAL, 7);
    Sample sample = sample(3);
    assertThat(sample.get(Metric.PCIE_ERRORS, FATAL)).isEqualTo(7);
    assertThat(sample.get(Metric.PCIE_WIDTH)).isEqualTo(16);
  }
}
