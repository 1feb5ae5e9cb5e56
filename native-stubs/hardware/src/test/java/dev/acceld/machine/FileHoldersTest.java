package dev.acceld.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.machine.description.MachineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileHoldersTest {
  private static final int OWN = (int) ProcessHandle.current().pid();

  @TempDir Path dir;

  private Path machine(String name) {
    return MachineTree.create(dir.resolve("m"), MachineCatalog.load(name)).root();
  }

  /** What a process has open. */
  private static List<String> open(Path root) throws IOException {
    Path directory = root.resolve("proc/" + OWN + "/fd");
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> {
            try {
              return Files.readSymbolicLink(file).toString();
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          })
          .sorted()
          .toList();
    }
  }

  @Test
  void everyFileOfAChipIsOpenUntilItIsClosed() throws Exception {
    Path root = machine("tpu7x4");
    FileHolders processes = Simulation.open(root).holders();
    processes.open("tpu-0", OWN);
    List<String> first = open(root);
    assertThat(first).hasSize(2).allMatch(file -> file.matches("/dev/vfio/\\d+"));
    processes.open("tpu-0", OWN);
    processes.open("tpu-1", OWN);
    assertThat(open(root)).hasSize(4).containsAll(first).doesNotHaveDuplicates();
    assertThat(root.resolve("proc/" + OWN + "/comm"))
        .hasContent(Files.readString(Path.of("/proc/self/comm")));
    processes.close("tpu-1", OWN);
    assertThat(open(root)).isEqualTo(first);
    processes.close("tpu-0", OWN);
    processes.close("tpu-0", OWN);
    assertThat(root.resolve("proc/" + OWN)).doesNotExist();
  }

  @Test
  void oldChipsHaveAFileOfTheirOwnKind() throws Exception {
    Path root = machine("tpu-v4x4");
    FileHolders processes = Simulation.open(root).holders();
    processes.open("tpu-2", OWN);
    assertThat(open(root)).containsExactly("/dev/accel2");
    processes.close("tpu-2", OWN);
  }

  @Test
  void aProcessMustRun() {
    FileHolders processes = Simulation.open(machine("tpu-v5ex8")).holders();
    assertThatThrownBy(() -> processes.open("tpu-0", Integer.MAX_VALUE))
        .isInstanceOf(MachineException.class)
        .hasMessage("no process 2147483647 runs on this machine; name one that does");
  }
}
