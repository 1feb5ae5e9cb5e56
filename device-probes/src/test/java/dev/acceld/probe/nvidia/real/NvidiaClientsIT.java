package dev.acceld.probe.nvidia.real;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.device.Device;
import dev.acceld.device.Metric;
import dev.acceld.device.MigDevice;
import dev.acceld.device.Readings;
import dev.acceld.device.process.DeviceProcess;
import dev.acceld.host.HostFs;
import dev.acceld.machine.GpuProcesses.Use;
import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.machine.Simulation;
import dev.acceld.probe.Releases;
import dev.acceld.probe.nvidia.NvidiaProbe;
import dev.acceld.probe.tpu.real.Programs;
import dev.acceld.probe.tpu.real.Programs.Said;
import dev.acceld.probe.tpu.real.PythonPrograms;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code nvitop} and {@code gpustat}, which use NVIDIA's own Python bindings, on a simulated
 * machine with processes and a MIG partition: both show what the probe reads.
 */
class NvidiaClientsIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final List<String> CLIENTS =
      List.of("nvitop==1.7.2", "gpustat==1.1.1", "nvidia-ml-py==13.615.71");
  private static final long MIB = 1L << 20;
  private static PythonPrograms clients;

  @TempDir Path dir;
  private Path root;
  private NvidiaProbe probe;
  private List<Device> devices;
  private Readings readings;
  private final List<Process> sleepers = new ArrayList<>();

  @BeforeAll
  static void install() throws Exception {
    clients = PythonPrograms.with(CLIENTS, List.of("gpustat"));
  }

  @BeforeEach
  void start() throws Exception {
    root = MachineTree.create(dir.resolve("m"), MachineCatalog.load("h100x8")).root();
    Simulation machine = Simulation.open(root);
    machine.mig("gpu-4", true);
    machine.partition("gpu-4", "1g.10gb", 6);
    probe = new NvidiaProbe(root, new HostFs(root), Releases.NONE);
    devices = probe.discover().devices();
    Optional<String> partition = part().instance().map(MigDevice.Instance::uuid);
    machine.processes().run("gpu-0", sleeper(), new Use(3072 * MIB, 40, false, Optional.empty()));
    machine.processes().run("gpu-1", sleeper(), new Use(1024 * MIB, 7, true, Optional.empty()));
    machine.processes().run("gpu-4", sleeper(), new Use(2048 * MIB, 0, false, partition));
    readings = probe.read(devices);
  }

  @AfterEach
  void stop() throws Exception {
    probe.close();
    for (Process each : sleepers) {
      each.destroyForcibly().waitFor();
    }
  }

  private int sleeper() throws Exception {
    Process sleeper = new ProcessBuilder("sleep", "600").start();
    sleepers.add(sleeper);
    return (int) sleeper.pid();
  }

  private MigDevice part() {
    return devices.stream()
        .filter(MigDevice.class::isInstance)
        .map(MigDevice.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private Said run(String program, String... arguments) throws Exception {
    Path libraries;
    try (Stream<Path> found = Files.list(root.resolve("usr/lib"))) {
      libraries = found.filter(p -> p.toString().endsWith("-linux-gnu")).findFirst().orElseThrow();
    }
    List<String> command = new ArrayList<>(List.of(clients.command(program).toString()));
    command.addAll(List.of(arguments));
    Map<String, String> env =
        Map.of("LD_LIBRARY_PATH", libraries.toString(), "COLUMNS", "120", "TERM", "dumb");
    Said said = Programs.run(PATIENCE, env, command);
    assertThat(said.status()).as(said.text()).isZero();
    assertThat(said.text()).doesNotContain("Traceback", "ERROR", "Error");
    return said;
  }

  /** Each process of each device as the probe reads it: pid, MiB, percent. */
  private List<String> read(Device device) {
    return readings.processesOf(device.name()).orElseThrow().stream()
        .map(each -> each.pid() + " " + each.memoryBytes().orElse(-1) / MIB)
        .toList();
  }

  @Test
  void gpustatListsTheSameProcessesAndMemory() throws Exception {
    JsonNode gpus = new ObjectMapper().readTree(run("gpustat", "--json").text()).path("gpus");
    assertThat(gpus).hasSize(8);
    for (int i = 0; i < 8; i++) {
      Device device = whole().get(i);
      List<String> expected = new ArrayList<>(read(device));
      if (i == 4) {
        expected.addAll(read(part())); // it lists those of the partitions under the GPU
      }
      List<String> listed = new ArrayList<>();
      for (JsonNode each : gpus.get(i).path("processes")) {
        assertThat(each.path("command").asText()).isEqualTo("sleep");
        listed.add(each.path("pid").asText() + " " + each.path("gpu_memory_usage").asText());
      }
      assertThat(listed).as("GPU " + i).isEqualTo(expected);
      assertThat(gpus.get(i).path("memory.used").asLong())
          .isEqualTo((long) readings.of(device.name()).get(Metric.MEMORY_USED) / MIB);
    }
  }

  private List<Device> whole() {
    return devices.stream().filter(device -> !(device instanceof MigDevice)).toList();
  }

  @Test
  void nvitopListsThemWithTheirUtilizationAndTheirPartition() throws Exception {
    String text = run("nvitop", "-1", "--ascii").text();
    List<String> rows =
        text.lines().map(line -> line.replaceAll("[^ -~]|\\|", " ").strip()).toList();
    int i = 0;
    for (Device device : List.of(whole().get(0), whole().get(1), part())) {
      DeviceProcess process = readings.processesOf(device.name()).orElseThrow().getFirst();
      String gpu = device instanceof MigDevice ? "4:0" : Integer.toString(i);
      String kind = process.kind() == DeviceProcess.Kind.GRAPHICS ? "G" : "C";
      String row =
          String.format(
              "%s +%d %s +\\S+ +%dMiB +%d .*sleep 600",
              gpu,
              process.pid(),
              kind,
              process.memoryBytes().orElse(-1) / MIB,
              Math.round(100 * (i == 2 ? 0 : process.use().processor())));
      assertThat(rows).as(text).anyMatch(line -> line.matches(row));
      i++;
    }
    assertThat(rows)
        .as(text)
        .anyMatch(line -> line.matches("4:0 +1g\\.10gb @ GI/CI: *\\d+/0 .*2048MiB.*"));
  }
}
