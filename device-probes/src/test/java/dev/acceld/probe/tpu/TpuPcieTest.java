package dev.acceld.probe.tpu;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Metric;
import dev.acceld.device.MetricDimension;
import dev.acceld.device.Readings;
import dev.acceld.device.Sample;
import dev.acceld.host.HostFs;
import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.machine.Simulation;
import dev.acceld.machine.tree.PcieErrorFiles.Severity;
import dev.acceld.probe.DefectKind;
import dev.acceld.probe.Signal;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The PCIe side of the chips of simulated machines. */
class TpuPcieTest {
  private static final DeviceName CHIP = new DeviceName("tpu-0000-00-07");

  @TempDir Path root;
  private Simulation simulation;
  private TpuProbe probe;
  private List<Device> devices;
  private Readings latest = Readings.EMPTY;

  @BeforeEach
  void plant() throws Exception {
    plant("tpu-v5ex8");
  }

  private void plant(String machine) throws Exception {
    MachineTree tree = MachineTree.create(root.resolve(machine), MachineCatalog.load(machine));
    simulation = Simulation.open(tree.root());
    probe = TpuTests.probe(new HostFs(tree.root()));
    devices = probe.discover().devices();
    look();
  }

  private List<Signal> look() {
    List<Signal> signals = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      latest = probe.read(devices);
      signals.addAll(probe.signals());
    }
    return signals;
  }

  private double errors(String kind) {
    return latest
        .of(CHIP)
        .get(Metric.PCIE_ERRORS, MetricDimension.PCIE_ERROR.names().indexOf(kind));
  }

  @Test
  void anIdleChipHasReadingsAndABlockHasNone() {
    Sample sample = latest.of(CHIP);
    assertThat(sample.get(Metric.PCIE_GENERATION)).isEqualTo(4);
    assertThat(sample.get(Metric.PCIE_WIDTH)).isEqualTo(16);
    assertThat(errors("fatal")).isZero();
    assertThat(sample.metrics())
        .containsExactlyInAnyOrder(Metric.PCIE_GENERATION, Metric.PCIE_WIDTH, Metric.PCIE_ERRORS);
    assertThat(latest.values()).hasSize(8);
  }

  @Test
  void errorsOfOneChipAreItsOwn() {
    simulation.links().errors("0000:00:07", Severity.FATAL, 1);
    simulation.links().errors("0000:00:07", Severity.CORRECTABLE, 3);
    assertThat(look())
        .singleElement()
        .isInstanceOfSatisfying(
            Signal.Fault.class, fault -> assertThat(fault.device()).isEqualTo(CHIP));
    assertThat(errors("fatal")).isEqualTo(1);
    assertThat(errors("correctable")).isEqualTo(3);
    assertThat(errors("bad-tlp")).isEqualTo(3);
    assertThat(latest.of(new DeviceName("tpu-0000-00-04")).sum(Metric.PCIE_ERRORS)).isZero();
  }

  @Test
  void aLinkThatIsDownIsToldOnce() {
    simulation.links().width("0000:00:07", 0);
    assertThat(look())
        .singleElement()
        .isInstanceOfSatisfying(
            Signal.Defect.class,
            defect -> assertThat(defect.kind()).isEqualTo(DefectKind.PCIE_LINK_DOWN));
    assertThat(latest.of(CHIP).get(Metric.PCIE_WIDTH)).isZero();
  }

  @Test
  void aChipThatIsOffTheBusIsLostUntilItAnswers() throws Exception {
    simulation.links().silence("0000:00:07");
    assertThat(look())
        .singleElement()
        .isInstanceOfSatisfying(
            Signal.Lost.class,
            lost ->
                assertThat(lost.detail())
                    .contains("0000:00:07.0 is off the bus")
                    .contains("reset the chip, or reboot the node"));
    assertThat(latest.of(CHIP).isEmpty()).isTrue();
    assertThat(probe.discover().problems()).singleElement().asString().contains("off the bus");
    assertThat(look()).isEmpty();
    simulation.restore("0000:00:07");
    probe.discover();
    assertThat(look()).singleElement().isInstanceOf(Signal.Answers.class);
  }

  /** Both functions of a chip are one chip's. */
  @Test
  void aChipWithTwoFunctionsHasTheErrorsOfBoth() throws Exception {
    plant("tpu7x4");
    simulation.links().errors("tpu-2", Severity.NONFATAL, 2);
    assertThat(look()).singleElement().isInstanceOf(Signal.Defect.class);
    assertThat(latest.values()).hasSize(4);
    assertThat(latest.values().values().stream().mapToDouble(s -> s.sum(Metric.PCIE_ERRORS)).sum())
        .isEqualTo(2);
  }

  /** There is a look every second, on each node. */
  @ParameterizedTest
  @ValueSource(strings = {"tpu-v5ex8", "tpu7x4"})
  void aLookAtChipsThatDoNothingMakesNextToNoGarbage(String machine) throws Exception {
    if (!machine.equals("tpu-v5ex8")) {
      plant(machine);
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    int looks = 50;
    for (int i = 0; i < looks; i++) {
      latest = probe.read(devices);
      assertThat(probe.signals()).isEmpty();
    }
    assertThat((threads.getCurrentThreadAllocatedBytes() - before) / looks).isLessThan(100_000);
  }

  @Test
  void whatHasNotChangedIsTheSameSample() {
    Sample before = latest.of(CHIP);
    look();
    assertThat(latest.of(CHIP)).isSameAs(before);
    simulation.links().errors("0000:00:07", Severity.CORRECTABLE, 1);
    look();
    assertThat(latest.of(CHIP)).isNotEqualTo(before);
    assertThat(before.sum(Metric.PCIE_ERRORS)).isZero();
  }
}
