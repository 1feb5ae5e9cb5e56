package dev.acceld.agent.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The commands that change simulated AMD and Intel GPUs, without an agent. */
class SimulatedGpusTest {
  @TempDir Path state;

  private Path machine(String name) {
    return MachineTree.create(state.resolve("machine"), MachineCatalog.load(name)).root();
  }

  private String simulate(String line) {
    StringWriter out = new StringWriter();
    CommandLine commands = new CommandLine(new SimulateCommand());
    commands.setCaseInsensitiveEnumValuesAllowed(true); // as in Commands
    commands.setOut(new PrintWriter(out));
    commands.setErr(new PrintWriter(out));
    commands.setExecutionExceptionHandler((e, command, parsed) -> {
      out.write("error: " + e.getMessage());
      return 1;
    });
    commands.execute((line + " --state-dir=" + state).split(" "));
    return out.toString().strip();
  }

  @Test
  void theListHasTheNamesThatAnAgentPublishes() {
    machine("mi210x4");
    assertThat(simulate("list"))
        .contains("amd-0 ", "amd-0000-2f-00-0", "AMD Instinct MI210", "0000:2f:00.0");
    machine("b60x4");
    assertThat(simulate("list"))
        .contains("intel-3 ", "intel-0000-b8-00-0", "Intel Arc Pro B60", "0000:b8:00.0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          amd-1             | amd-0000-63-00-0
          amd-0000-63-00-0  | amd-1
          AMD-0000-63-00-0  | amd-1
          0000:63:00.0      | amd-0000-63-00-0
          """)
  void everyNameIsTaken(String word, String other) {
    Path root = machine("mi210x4");
    assertThat(simulate("set " + word + " utilization=7"))
        .isEqualTo(word + " (" + other + "): utilization=7");
    assertThat(root.resolve("sys/bus/pci/devices/0000:63:00.0/gpu_busy_percent")).hasContent("7\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ras amd-0 umc --uncorrectable 1 --correctable 2 | 1 uncorrectable error and 2 correctable errors in umc
          ras amd-0 umc --deferred 1                      | 1 deferred error in umc
          ras amd-0 umc                                   | error: no errors; use --uncorrectable
          bad-pages amd-0 pending 3                       | 3 bad pages, pending
          bad-pages amd-0 lost                            | error: 'lost' is not a status of a page
          set amd-0 throttle=ppt                          | throttle=ppt
          aer amd-0 fatal 2                               | 2 fatal PCIe errors
          link amd-0 8                                    | the PCIe link is x8
          link amd-0 off                                  | is off the bus
          reset-fails amd-0                               | the next reset fails
          lose amd-0 --off-the-bus                        | is off the PCI bus
          restore amd-0                                   | is back, without faults
          survivability amd-0                             | error: amd-0 has no survivability mode
          mig amd-0 on                                    | error: amd-0 is an AMD GPU and cannot be in MIG mode
          """)
  void everyVerbSaysInOneLineWhatItDid(String verb, String said) {
    machine("mi300x8");
    assertThat(simulate(verb)).contains(said).hasLineCount(1);
  }

  @Test
  void firmwareOfAnIntelGpuFails() {
    machine("b60x4");
    assertThat(simulate("survivability intel-1"))
        .isEqualTo("intel-1 (intel-0000-38-00-0) is in survivability mode");
  }

  @Test
  void aProcessHasTheFilesOfAGpuOpen() {
    Path root = machine("mi210x4");
    long pid = ProcessHandle.current().pid();
    assertThat(simulate("run amd-0 --sm 5 --pid " + pid))
        .contains("is an AMD GPU: leave out --memory", "'acceld simulate set'");
    assertThat(simulate("run amd-0 --pid " + pid)).endsWith("process " + pid + " has it open");
    assertThat(root.resolve("proc/" + pid + "/fd/10")).isSymbolicLink();
    assertThat(root.resolve("sys/class/kfd/kfd/proc/" + pid + "/pasid")).exists();
    assertThat(simulate("stop amd-0 --pid " + pid)).endsWith("no longer uses it");
    assertThat(root.resolve("proc/" + pid)).doesNotExist();
    assertThat(root.resolve("sys/class/kfd/kfd/proc/" + pid)).doesNotExist();
  }
}
