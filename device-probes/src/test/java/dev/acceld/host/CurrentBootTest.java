package dev.acceld.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A boot id that cannot be read for a moment is no other boot. */
class CurrentBootTest {
  @TempDir Path root;

  @Test
  void anErrorKeepsTheLastAnswer() throws Exception {
    Path file = root.resolve(BootId.PATH.substring(1));
    CurrentBoot boot = new CurrentBoot(new HostFs(root));
    assertThat(boot.get()).isEmpty();
    Files.createDirectories(file.getParent());
    Files.writeString(file, "boot-1\n");
    assertThat(boot.get()).hasValue("boot-1");
    Files.delete(file);
    assertThat(boot.get()).hasValue("boot-1");
    Files.writeString(file, "\0 spoilt");
    assertThat(boot.get()).hasValue("boot-1");
    Files.writeString(file, "boot-2\n");
    assertThat(boot.get()).hasValue("boot-2");
  }
}
