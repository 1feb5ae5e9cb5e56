package dev.acceld.probe.nvidia.session;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The driver's device files and library that this process has open or mapped. */
public final class OwnHandles {
  private static final Path SELF = Path.of("/proc/self");
  private static final String DEVICE = "/dev/nvidia";
  private static final String LIBRARY = "/libnvidia-ml.so";
  private static final int MAPPED_FILE = 5;

  private OwnHandles() {}

  /** By path, each once; a process that may not look at itself finds nothing. */
  public static List<String> all() {
    return all(SELF);
  }

  static List<String> all(Path proc) {
    SortedSet<String> found = new TreeSet<>();
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(proc.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        add(descriptor, found);
      }
    } catch (IOException | DirectoryIteratorException e) {
      // the maps may tell
    }
    try (Stream<String> maps = Files.lines(proc.resolve("maps"))) {
      maps.map(line -> line.split("\\s+", MAPPED_FILE + 1))
          .filter(fields -> fields.length > MAPPED_FILE)
          .map(fields -> fields[MAPPED_FILE])
          .filter(file -> file.contains(DEVICE) || file.contains(LIBRARY))
          .forEach(found::add);
    } catch (IOException | UncheckedIOException e) {
      // what is known counts
    }
    return List.copyOf(found);
  }

  private static void add(Path descriptor, SortedSet<String> found) {
    try {
      String file = Files.readSymbolicLink(descriptor).toString();
      if (file.contains(DEVICE)) {
        found.add(file);
      }
    } catch (IOException e) {
      // closed meanwhile, as the listing's own
    }
  }
}
