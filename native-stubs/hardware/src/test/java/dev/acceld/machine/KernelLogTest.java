package dev.acceld.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.machine.description.MachineException;
import dev.acceld.machine.tree.PcieErrorFiles.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel's log of a simulated machine, in the form of {@code /dev/kmsg}. */
class KernelLogTest {
  @TempDir Path dir;

  private Simulation machine(String name) {
    MachineTree.create(root(), MachineCatalog.load(name));
    return Simulation.open(root());
  }

  private Path root() {
    return dir.resolve("machine");
  }

  private List<String> log() throws IOException {
    return Files.readAllLines(root().resolve("dev/kmsg"));
  }

  @Test
  void anXidIsALineAsTheDriverWritesIt() throws Exception {
    Simulation machine = machine("h100x8");
    assertThat(log()).singleElement().asString().matches("6,0,[0-9]+,-;Linux version .*");
    machine.xid("gpu-3", 79);
    machine.xid("gpu-3", 149);
    String pci = machine.devices().get(3).pci().getFirst();
    String slot = pci.substring(0, pci.lastIndexOf('.'));
    assertThat(log().get(1))
        .matches(
            "3,1,[0-9]+,-;NVRM: Xid \\(PCI:"
                + slot
                + "\\): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus\\.");
    assertThat(log().get(2)).endsWith("NVRM: GPU " + pci + ": GPU has fallen off the bus.");
    assertThat(log().get(3)).contains("149, NETIR_LINK_EVT Fatal XC0 i0 Link 08 (0x004505c6 ");
  }

  @Test
  void aPcieErrorIsTheLinesOfThePciCore() throws Exception {
    Simulation machine = machine("tpu-v5ex8");
    machine.links().errors("tpu-1", Severity.NONFATAL, 3);
    String pci = machine.devices().get(1).pci().getFirst();
    assertThat(log())
        .anyMatch(line ->
            line.contains("pcieport ")
                && line.endsWith(
                    "AER: Multiple Uncorrectable (Non-Fatal) error message received from " + pci))
        .anyMatch(line ->
            line.endsWith(
                pci
                    + ": PCIe Bus Error: severity=Uncorrectable (Non-Fatal), type=Transaction"
                    + " Layer, (Requester ID)"))
        .contains(" DEVICE=+pci:" + pci);
  }

  @Test
  void aBootBeginsTheLogAnew() throws Exception {
    Simulation machine = machine("h100x8");
    machine.kernelLine("some line");
    assertThat(log()).hasSize(2);
    machine.reboot();
    assertThat(log()).singleElement().asString().startsWith("6,0,");
  }

  @Test
  void aLongLogLosesItsOldestRecords() throws Exception {
    Simulation machine = machine("h100x8");
    String text = "x".repeat(800);
    for (int i = 0; i < 400; i++) {
      machine.kernelLine(text);
    }
    assertThat(Files.size(root().resolve("dev/kmsg"))).isLessThan(256 * 1024);
    assertThat(log().getFirst()).matches("3,[0-9]+,[0-9]+,-;x+");
    assertThat(log().getLast()).startsWith("3,400,");
  }

  @Test
  void aTextThatIsNoLineIsRefused() {
    Simulation machine = machine("h100x8");
    for (String text : List.of("", "two\nlines", "\u001b[2J", "x".repeat(901))) {
      assertThatThrownBy(() -> machine.kernelLine(text))
          .isInstanceOf(MachineException.class)
          .hasMessageContaining("printable ASCII");
    }
  }

  @Test
  void anOlderTreeGetsALog() throws Exception {
    machine("h100x8");
    Files.delete(root().resolve("dev/kmsg"));
    machine("h100x8");
    assertThat(log()).hasSize(1);
  }
}
