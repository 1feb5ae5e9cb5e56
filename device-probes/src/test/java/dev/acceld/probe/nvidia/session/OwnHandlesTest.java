package dev.acceld.probe.nvidia.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnHandlesTest {
  @TempDir Path proc;

  @Test
  void deviceFilesAndTheLibraryAreFound() throws Exception {
    Path fd = Files.createDirectory(proc.resolve("fd"));
    Files.createSymbolicLink(fd.resolve("3"), Path.of("/dev/nvidia3"));
    Files.createSymbolicLink(fd.resolve("4"), Path.of("/dev/nvidiactl"));
    Files.createSymbolicLink(fd.resolve("5"), Path.of("/dev/null"));
    Files.createSymbolicLink(fd.resolve("6"), Path.of("socket:[123]"));
    Files.writeString(
        proc.resolve("maps"),
        """
        7f00-7f01 r-xp 00000000 08:01 131 /usr/lib64/libnvidia-ml.so.580.65.06
        7f02-7f03 r-xp 00000000 08:01 132 /usr/lib64/libc.so.6
        7f04-7f05 rw-s 00000000 00:06 133 /dev/nvidia0
        7f06-7f07 rw-p 00000000 00:00 0
        """);
    assertThat(OwnHandles.all(proc))
        .containsExactly(
            "/dev/nvidia0",
            "/dev/nvidia3",
            "/dev/nvidiactl",
            "/usr/lib64/libnvidia-ml.so.580.65.06");
  }

  @Test
  void aProcessThatCannotLookFindsNothing() {
    assertThat(OwnHandles.all(proc.resolve("none"))).isEmpty();
  }
}
