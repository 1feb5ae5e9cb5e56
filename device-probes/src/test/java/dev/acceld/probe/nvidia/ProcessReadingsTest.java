package dev.acceld.probe.nvidia;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Device;
import dev.acceld.device.Metric;
import dev.acceld.device.MigDevice;
import dev.acceld.device.Readings;
import dev.acceld.device.process.DeviceProcess;
import dev.acceld.device.process.DeviceProcess.Kind;
import dev.acceld.device.process.ProcessUse;
import dev.acceld.machine.Simulation;
import dev.acceld.probe.Releases;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who uses a GPU or a partition, as NVML's lists tell. */
class ProcessReadingsTest {
  private static final long GIB = 1L << 30;
  private static final String COMPUTE = "nvmlDeviceGetComputeRunningProcesses";
  private static final String GRAPHICS = "nvmlDeviceGetGraphicsRunningProcesses";

  @TempDir Path dir;
  private Machine machine;
  private NvidiaProbe probe;
  private List<Device> devices;

  @BeforeEach
  void start() throws Exception {
    machine = new Machine(dir.resolve("m"), "h100x1");
    probe = machine.probe(Releases.NONE, Duration.ZERO);
    devices = probe.discover().devices();
  }

  private void startOn(Machine other, Duration slowEvery) throws Exception {
    probe.close();
    machine = other;
    probe = machine.probe(Releases.NONE, slowEvery);
    devices = probe.discover().devices();
  }

  @AfterEach
  void close() {
    probe.close();
  }

  private Optional<List<DeviceProcess>> read() {
    return probe.read(devices).processesOf(machine.name(0));
  }

  private static DeviceProcess process(int pid, Kind kind, long bytes, ProcessUse use) {
    return new DeviceProcess(pid, kind, OptionalLong.of(bytes), use);
  }

  @Test
  void eachHasItsMemoryAndItsUse() throws Exception {
    machine
        .gpu(0, "process.17", 3 * GIB + 1 + " sm=40 memory=15 encoder=2 decoder=1")
        .gpu(0, "process.18", GIB + " type=g")
        .gpu(0, "process.19", 2 * GIB + " type=cg sm=7");
    assertThat(read().orElseThrow())
        .containsExactly(
            process(17, Kind.COMPUTE, 3 * GIB + 1, new ProcessUse(0.4, 0.15, 0.02, 0.01)),
            process(18, Kind.GRAPHICS, GIB, ProcessUse.IDLE),
            process(19, Kind.COMPUTE_AND_GRAPHICS, 2 * GIB, new ProcessUse(0.07, 0, 0, 0)));
  }

  @Test
  void nobodyIsNotTheSameAsNotTold() throws Exception {
    assertThat(read()).contains(List.of());
    machine.put("fail." + COMPUTE + "_v3", 999);
    assertThat(read()).isEmpty();
    machine.put("fail." + COMPUTE + "_v3", 0);
    assertThat(read()).contains(List.of());
  }

  @Test
  void memoryThatTheDriverCannotTellIsAbsent() throws Exception {
    machine.gpu(0, "process.17", "18446744073709551615").gpu(0, "process.18", GIB);
    assertThat(read().orElseThrow())
        .extracting(DeviceProcess::memoryBytes)
        .containsExactly(OptionalLong.empty(), OptionalLong.of(GIB));
  }

  @Test
  void utilizationThatIsNoPercentageIsAbsent() throws Exception {
    machine.gpu(0, "process.17", GIB + " sm=4294967295 memory=101 encoder=100");
    ProcessUse use = read().orElseThrow().getFirst().use();
    assertThat(use).isEqualTo(new ProcessUse(Double.NaN, Double.NaN, 1, 0));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 6, 7, 13, 999})
  void aListThatFailsCostsItsOwnProcesses(int code) throws Exception {
    machine.gpu(0, "process.17", GIB + " sm=40").gpu(0, "process.18", GIB + " type=g");
    machine.put("fail." + GRAPHICS + "_v3", code).put("fail." + GRAPHICS + "_v2", code);
    machine.put("fail." + GRAPHICS, code);
    assertThat(read().orElseThrow()).extracting(DeviceProcess::pid).containsExactly(17);
    machine.put("fail.nvmlDeviceGetProcessUtilization", code);
    ProcessUse expected = code == 6 ? ProcessUse.IDLE : ProcessUse.UNKNOWN; // nobody was busy
    assertThat(read().orElseThrow().getFirst().use()).isEqualTo(expected);
    assertThat(probe.signals()).isEmpty();
  }

  @Test
  void fiveThousandProcessesAreAllListed() throws Exception {
    StringBuilder lines = new StringBuilder(GIB + " sm=1");
    for (int pid = 2; pid <= 5000; pid++) {
      lines.append("\ngpu.0.process.").append(pid).append("=1048576 sm=1");
    }
    machine.gpu(0, "process.1", lines);
    List<DeviceProcess> all = read().orElseThrow();
    assertThat(all).hasSize(5000).allMatch(each -> each.use().processor() == 0.01);
    machine.remove("gpu.0.process.1");
    assertThat(read()).contains(List.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"_v3", "_v3 _v2"})
  void olderDriversListThemByOlderFunctions(String missing) throws Exception {
    List<String> symbols =
        List.of(missing.split(" ", -1)).stream()
            .flatMap(version -> List.of(COMPUTE + version, GRAPHICS + version).stream())
            .toList();
    startOn(
        new Machine(dir.resolve("n"), Machine.withDriver("h100x1", "580.159.04", symbols)),
        Duration.ZERO);
    for (int pid = 11; pid <= 60; pid++) {
      machine.gpu(0, "process." + pid, pid * GIB);
    }
    machine.gpu(0, "process.61", 61 * GIB + " type=g");
    Readings readings = probe.read(devices);
    assertThat(readings.processesOf(machine.name(0)).orElseThrow())
        .hasSize(51)
        .allMatch(each -> each.memoryBytes().orElse(0) == each.pid() * GIB);
    assertThat(readings.of(machine.name(0)).get(Metric.PROCESSES)).isEqualTo(50);
  }

  @Test
  void whatIsReadSeldomIsKeptBetween() throws Exception {
    startOn(new Machine(dir.resolve("n"), "h100x1"), Duration.ofHours(1));
    machine.gpu(0, "process.17", GIB + " sm=40").gpu(0, "process.18", GIB + " type=g");
    read();
    machine.gpu(0, "process.17", 2 * GIB + " sm=50").gpu(0, "process.19", GIB);
    assertThat(read().orElseThrow())
        .containsExactly(
            process(17, Kind.COMPUTE, 2 * GIB, new ProcessUse(0.4, 0, 0, 0)),
            process(18, Kind.GRAPHICS, GIB, ProcessUse.IDLE),
            process(19, Kind.COMPUTE, GIB, ProcessUse.IDLE));
  }

  @Test
  void aProcessOnAPartitionIsThePartitionsAndNotAlsoTheGpus() throws Exception {
    Simulation simulation = Simulation.open(machine.root());
    simulation.mig("gpu-0", true);
    simulation.partition("gpu-0", "1g.10gb", 6);
    Path state = machine.root().resolve("var/lib/standin/nvml.state");
    Matcher instance = Pattern.compile("mig\\.gi\\.(\\d+)=").matcher(Files.readString(state));
    assertThat(instance.find()).isTrue();
    String onPart = GIB + " sm=40 instance=" + instance.group(1) + ".0";
    String lines = "gpu.0.process.17=" + onPart + "\ngpu.0.process.18=" + GIB + "\n";
    Files.writeString(state, lines, StandardOpenOption.APPEND);
    startOn(machine, Duration.ZERO);
    Readings readings = probe.read(devices);
    MigDevice part =
        devices.stream()
            .filter(MigDevice.class::isInstance)
            .map(MigDevice.class::cast)
            .findFirst()
            .orElseThrow();
    assertThat(readings.processesOf(part.name()).orElseThrow())
        .containsExactly(process(17, Kind.COMPUTE, GIB, ProcessUse.UNKNOWN));
    assertThat(readings.of(part.name()).get(Metric.MEMORY_USED)).isEqualTo(GIB);
    assertThat(readings.processesOf(machine.name(0)).orElseThrow())
        .extracting(DeviceProcess::pid)
        .containsExactly(18);
    assertThat(readings.of(machine.name(0)).get(Metric.PROCESSES)).isEqualTo(2);
  }
}
