package dev.acceld.image.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.image.Architecture;
import dev.acceld.image.ImageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ElfCheckTest {
  @TempDir Path root;

  @Test
  void countsProgramsAndPassesOverTheRest() throws IOException {
    elf("usr/bin/one", Architecture.ARM64);
    elf("opt/two.so", Architecture.ARM64);
    Files.writeString(root.resolve("text"), "\u007fEL");

    assertThat(ElfCheck.check(root, Architecture.ARM64)).isEqualTo(2);
  }

  @Test
  void namesTheOneThatIsForAnotherProcessor() throws IOException {
    elf("usr/bin/one", Architecture.ARM64);
    elf("opt/stray.so", Architecture.AMD64);

    assertThatThrownBy(() -> ElfCheck.check(root, Architecture.ARM64))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("opt/stray.so")
        .hasMessageContaining("62")
        .hasMessageContaining("arm64");
  }

  @Test
  void anEmptyTreeIsAMistake() {
    assertThatThrownBy(() -> ElfCheck.check(root, Architecture.AMD64))
        .isInstanceOf(ImageException.class);
  }

  private void elf(String path, Architecture architecture) throws IOException {
    byte[] header = new byte[64];
    header[0] = 0x7f;
    header[1] = 'E';
    header[2] = 'L';
    header[3] = 'F';
    header[18] = (byte) architecture.elfMachine();
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, header);
  }
}
