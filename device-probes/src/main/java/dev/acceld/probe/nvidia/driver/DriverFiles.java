package dev.acceld.probe.nvidia.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was found of one version of the driver.
 *
 * @param version of the driver
 * @param directory of its libraries, below the driver's root
 * @param files all of them but sockets
 * @param seen the directories that were looked into and those in which the files are, as they were
 *     before that
 * @param settled whether each of them had been left alone for so long that a later change cannot
 *     have the same time
 */
record DriverFiles(
    String version,
    String directory,
    List<DriverFile> files,
    Map<Path, Seen> seen,
    boolean settled) {
  /** File systems keep times in steps of up to two seconds (FAT); Linux's own of milliseconds. */
  private static final Duration STEP = Duration.ofSeconds(2);

  /** A directory: another one in its place has another key. */
  record Seen(@Nullable Object key, long modifiedMillis) {
    private static final Seen NOTHING = new Seen(null, Long.MIN_VALUE);
  }

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
    for (Map.Entry<Path, Seen> directory : seen.entrySet()) {
      if (!look(directory.getKey()).equals(directory.getValue())) {
        return false;
      }
    }
    return true;
  }

  /** Remembers how directories were, each before it is read. */
  static final class Watch {
    private final Map<Path, Seen> seen = new HashMap<>();
    private final long latest = System.currentTimeMillis() - STEP.toMillis();
    private boolean settled = true;

    void on(Path directory) {
      if (!seen.containsKey(directory)) {
        Seen now = look(directory);
        seen.put(directory, now);
        settled &= now.modifiedMillis() < latest;
      }
    }

    Map<Path, Seen> seen() {
      return seen;
    }

    boolean settled() {
      return settled;
    }
  }

  private static Seen look(Path directory) {
    try {
      BasicFileAttributes now = Files.readAttributes(directory, BasicFileAttributes.class);
      return new Seen(now.fileKey(), now.lastModifiedTime().toMillis());
    } catch (IOException e) {
      return Seen.NOTHING;
    }
  }
}
