package dev.acceld.e2e.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** This machine's control groups, as far as clusters make and remove some. Version 1 of them. */
final class Cgroups {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");

  private Cgroups() {}

  /** The controllers that are mounted, such as {@code memory} or {@code cpu,cpuacct}. */
  static List<String> controllers() throws IOException {
    try (Stream<Path> all = Files.list(ROOT)) {
      return all.filter(path -> !Files.isSymbolicLink(path))
          .filter(path -> Files.exists(path.resolve("cgroup.procs")))
          .map(path -> path.getFileName().toString())
          .filter(name -> !name.equals("unified"))
          .sorted()
          .toList();
    }
  }

  static Path group(String controller, String name) {
    return ROOT.resolve(controller).resolve(name);
  }

  /** Kills every process in the groups of that name, then removes the groups. */
  static void remove(String name) throws IOException {
    if (!Files.isDirectory(ROOT)) {
      return;
    }
    for (int i = 0; i < 100 && !tryRemove(name); i++) {
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while removing control groups " + name, e);
      }
    }
  }

  private static boolean tryRemove(String name) throws IOException {
    boolean gone = true;
    for (String controller : controllers()) {
      Path group = group(controller, name);
      if (Files.isDirectory(group)) {
        for (Path each : bottomUp(group)) {
          kill(each);
          // rmdir of a group that is not empty yet fails: the next round does it.
          gone &= each.toFile().delete();
        }
      }
    }
    return gone;
  }

  private static List<Path> bottomUp(Path group) throws IOException {
    try (Stream<Path> all = Files.walk(group)) {
      return all.filter(Files::isDirectory).sorted(Comparator.reverseOrder()).toList();
    } catch (UncheckedIOException e) {
      return List.of(group); // Some of it went meanwhile.
    }
  }

  private static void kill(Path group) {
    try {
      for (String pid : Files.readAllLines(group.resolve("cgroup.procs"))) {
        ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
      }
    } catch (IOException e) {
      // The group is gone.
    }
  }
}
