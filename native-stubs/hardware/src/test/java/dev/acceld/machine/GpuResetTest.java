package dev.acceld.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.acceld.machine.GpuProcesses.Use;
import dev.acceld.machine.description.MachineException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code nvidia-smi --gpu-reset} of the simulated driver. */
class GpuResetTest {
  @TempDir Path dir;
  private Path root;
  private Simulation machine;

  @BeforeEach
  void build() throws Exception {
    root = MachineTree.create(dir.resolve("m"), MachineCatalog.load("h100x8")).root().toRealPath();
    machine = Simulation.open(root);
  }

  private record Ran(int status, String text) {}

  private Ran smi(String... arguments) throws Exception {
    List<String> command =
        Stream.concat(
                Stream.of(root.resolve("usr/bin/nvidia-smi").toString()), Stream.of(arguments))
            .toList();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (InputStream out = process.getInputStream()) {
      String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      return new Ran(process.waitFor(), text);
    }
  }

  private String uuid(int gpu) {
    return machine.devices().get(gpu).uuid();
  }

  private List<String> state(String prefix) throws Exception {
    try (Stream<String> lines = Files.lines(root.resolve("var/lib/standin/nvml.state"))) {
      return lines.filter(l -> l.startsWith(prefix)).sorted().toList();
    }
  }

  /** Whether a 64-bit ELF file names a dynamic linker: a program header of type PT_INTERP. */
  private static boolean hasInterpreter(ByteBuffer elf) {
    int headers = Math.toIntExact(elf.getLong(32));
    for (int i = 0; i < elf.getShort(56); i++) {
      if (elf.getInt(headers + i * elf.getShort(54)) == 3) {
        return true;
      }
    }
    return false;
  }

  /** The image has no shell. */
  @Test
  void itIsAProgramThatNeedsNoOther() throws Exception {
    byte[] program = Files.readAllBytes(root.resolve("usr/bin/nvidia-smi"));
    assertThat(program).startsWith(0x7f, 'E', 'L', 'F');
    assertThat(smi("--version").text()).isEqualTo("NVIDIA-SMI version  : 580.159.04\n");
    assertThat(smi("-L"))
        .as("this machine has no GPU")
        .isEqualTo(new Ran(6, "No devices found.\n"));
    assertThat(smi("--query-gpu=name").text()).contains("not --query-gpu=name");
    assumeThat(hasInterpreter(ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN)))
        .as("this machine has no static C library to link with")
        .isFalse();
  }

  @Test
  void itEndsWhatAResetEndsAndTouchesNoOther() throws Exception {
    machine.xid("gpu-3", 48);
    machine.set("gpu-3", "remap-pending", "1");
    machine.set("gpu-3", "nvlink-down", "1");
    machine.xid("gpu-4", 48);
    List<String> others = state("gpu.4.");
    Ran ran = smi("--gpu-reset", "-i", uuid(3));
    assertThat(ran.text()).contains("GPU 0000:", "was successfully reset");
    assertThat(ran.status()).isZero();
    assertThat(state("gpu.3.recovery.action")).isEmpty();
    assertThat(state("gpu.3.remap.pending")).isEmpty();
    assertThat(state("gpu.3.ecc.uncorrected"))
        .containsExactly("gpu.3.ecc.uncorrected.aggregate=1", "gpu.3.ecc.uncorrected=0");
    assertThat(state("gpu.3.nvlink.down")).as("a cable is no business of a reset").hasSize(1);
    assertThat(state("gpu.3.uuid")).containsExactly("gpu.3.uuid=" + uuid(3));
    assertThat(state("gpu.4.")).isEqualTo(others);
  }

  @Test
  void byAddressAndIndexToo() throws Exception {
    String pci = machine.devices().get(2).pci().getFirst();
    assertThat(smi("--gpu-reset", "-i", pci).text()).contains(pci);
    assertThat(smi("-r", "--id=2").text()).contains(pci);
    assertThat(smi("--gpu-reset", "-i", "GPU-none").status()).isEqualTo(6);
    assertThat(smi("--gpu-reset").status()).isEqualTo(2);
  }

  @Test
  void aGpuThatIsInUseIsLeftAlone() throws Exception {
    Process sleeper = new ProcessBuilder("sleep", "600").start();
    machine.xid("gpu-3", 48);
    machine
        .processes()
        .run("gpu-3", (int) sleeper.pid(), new Use(1 << 20, 5, false, Optional.empty()));
    Ran busy = smi("--gpu-reset", "-i", uuid(3));
    assertThat(busy.text()).contains("In use by another client");
    assertThat(busy.status()).isEqualTo(19);
    assertThat(state("gpu.3.recovery.action")).hasSize(1);
    sleeper.destroyForcibly().waitFor();
    try (InputStream open = Files.newInputStream(root.resolve("dev/nvidia3"))) {
      assertThat(open.available()).isZero();
      assertThat(smi("--gpu-reset", "-i", uuid(3)).status()).isEqualTo(19);
    }
    assertThat(smi("--gpu-reset", "-i", uuid(3)).status()).isZero();
  }

  @Test
  void itFailsAsOftenAsItIsTold() throws Exception {
    machine.resets().fail("gpu-3", 2);
    machine.xid("gpu-3", 48);
    for (int i = 0; i < 2; i++) {
      Ran failed = smi("--gpu-reset", "-i", uuid(3));
      assertThat(failed.text()).contains("could not be reset");
      assertThat(failed.status()).isEqualTo(255);
    }
    assertThat(state("gpu.3.recovery.action")).hasSize(1);
    assertThat(smi("--gpu-reset", "-i", uuid(3)).status()).isZero();
    assertThat(state("gpu.3.reset.")).isEmpty();
    assertThatThrownBy(() -> machine.resets().fail("gpu-3", -1))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("0 to 1000");
  }

  @Test
  void partitionsDoNotOutliveIt() throws Exception {
    machine.mig("gpu-3", true);
    machine.partition("gpu-3", "1g.10gb", 0);
    Path caps = root.resolve("proc/driver/nvidia/capabilities/gpu3/mig");
    assertThat(caps).isNotEmptyDirectory();
    assertThat(smi("--gpu-reset", "-i", uuid(3)).status()).isZero();
    assertThat(caps).isEmptyDirectory();
    assertThat(state("gpu.3.mig.gi.")).isEmpty();
    assertThat(state("gpu.3.mig.ci.")).isEmpty();
  }

  @Test
  void withoutADriverThereIsNothingToReset() throws Exception {
    machine.unloadDriver();
    assertThat(smi("--gpu-reset", "-i", uuid(3)).text()).contains("couldn't communicate");
  }
}
