package dev.acceld.steady;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory that is gone is not made again for the sake of one below it. */
class DirectoryBelowTest {
  @TempDir Path dir;

  @Test
  void isMadeOnceAndOnlyWhereItsParentIs() throws Exception {
    Path parent = dir.resolve("state");
    Path below = parent.resolve("locks");
    assertThatThrownBy(() -> DirectoryBelow.make(below)).isInstanceOf(NoSuchFileException.class);
    assertThat(parent).doesNotExist();
    Files.createDirectory(parent);
    DirectoryBelow.make(below);
    DirectoryBelow.make(below);
    assertThat(below).isDirectory();
    Path file = Files.writeString(parent.resolve("file"), "");
    assertThatThrownBy(() -> DirectoryBelow.make(file))
        .isInstanceOf(FileAlreadyExistsException.class);
  }
}
