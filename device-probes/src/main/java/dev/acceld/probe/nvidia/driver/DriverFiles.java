package dev.acceld.probe.nvidia.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What was found of one version of the driver.
 *
 * @param version of the driver
 * @param directory of its libraries, below the driver's root
 * @param files all of them but sockets
 * @param seen the directories that were looked into, with the time of their last change
 */
record DriverFiles(
    String version, String directory, List<DriverFile> files, Map<Path, FileTime> seen) {
  private static final FileTime NOT_THERE = FileTime.fromMillis(Long.MIN_VALUE);

  DriverFiles {
    files = List.copyOf(files);
    seen = Map.copyOf(seen);
  }

  /** Whether a library of that name, {@code libcuda}, is among them. */
  boolean has(String library) {
    return files.stream().anyMatch(f -> f.name().startsWith(library + ".so."));
  }

  /** False when something came, went or was renamed in a directory since. */
  boolean current() {
    for (Map.Entry<Path, FileTime> directory : seen.entrySet()) {
      if (!changed(directory.getKey()).equals(directory.getValue())) {
        return false;
      }
    }
    return true;
  }

  /** Remembers when directories were changed last; each before it is read. */
  static final class Watch {
    private final Map<Path, FileTime> seen = new HashMap<>();

    void on(Path directory) {
      seen.putIfAbsent(directory, changed(directory));
    }

    Map<Path, FileTime> seen() {
      return seen;
    }
  }

  private static FileTime changed(Path directory) {
    try {
      return Files.getLastModifiedTime(directory);
    } catch (IOException e) {
      return NOT_THERE;
    }
  }
}
