package dev.acceld.image.assembly;

import dev.acceld.image.Architecture;
import dev.acceld.image.ImageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Looks at every program and library of a tree: they must be for one processor. */
final class ElfCheck {
  private static final int HEADER = 20;
  private static final int MACHINE = 18; // e_machine, two bytes, little endian here

  private ElfCheck() {}

  /**
   * How many there are.
   *
   * @throws ImageException one is for another processor, or there is none
   */
  static int check(Path root, Architecture architecture) throws IOException {
    int count = 0;
    for (Path file : files(root)) {
      byte[] header;
      try (InputStream in = Files.newInputStream(file)) {
        header = in.readNBytes(HEADER);
      }
      if (isElf(header)) {
        int machine = (header[MACHINE] & 0xff) | (header[MACHINE + 1] & 0xff) << 8;
        if (machine != architecture.elfMachine()) {
          throw new ImageException(
              root.relativize(file)
                  + " is for ELF machine "
                  + machine
                  + ", the image is for "
                  + architecture.debianName()
                  + " ("
                  + architecture.elfMachine()
                  + ")");
        }
        count++;
      }
    }
    if (count == 0) {
      throw new ImageException(root + " holds no program");
    }
    return count;
  }

  private static List<Path> files(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)).toList();
    }
  }

  private static boolean isElf(byte[] header) {
    return header.length == HEADER
        && header[0] == 0x7f
        && header[1] == 'E'
        && header[2] == 'L'
        && header[3] == 'F';
  }
}
