package dev.acceld.agent.doctor.runtime;

import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a container runtime's files say about CDI: containerd's with its imports, CRI-O's with its
 * drop-in directory. Absent means that the runtime's default counts.
 *
 * @param enabled containerd's {@code enable_cdi}
 * @param directories {@code cdi_spec_dirs}
 * @param unread files that count and could not be read, each with the reason
 * @param read the files that were read
 */
public record RuntimeConfig(
    Optional<Boolean> enabled,
    Optional<List<String>> directories,
    List<String> unread,
    List<Path> read) {
  private static final int DEEPEST = 8;

  /** The CRI plugin's sections: of versions 1 and 2 (containerd 1.x) and of version 3 (2.x). */
  private static final Set<String> CONTAINERD =
      Set.of(
          "plugins.cri",
          "plugins.io.containerd.grpc.v1.cri",
          "plugins.io.containerd.cri.v1.runtime");

  private static final Set<String> CRIO = Set.of("crio.runtime");

  /** Takes copies. */
  public RuntimeConfig {
    directories = directories.map(List::copyOf);
    unread = List.copyOf(unread);
    read = List.copyOf(read);
  }

  /** The defaults of a runtime that has no file. */
  static RuntimeConfig none() {
    return new RuntimeConfig(Optional.empty(), Optional.empty(), List.of(), List.of());
  }

  /**
   * Containerd's file and what it imports. How sections of several files go together depends on the
   * version (1.x takes the last one, 2.x merges them), and so does whether {@code conf.d} is
   * imported without being named (2.2 and newer): where that makes a difference, it is not known.
   *
   * @param root the host's root
   * @param file as the host names it
   */
  static RuntimeConfig containerd(Path root, Path file) {
    Reading reading = new Reading(root, CONTAINERD, true);
    reading.file(file, 0);
    RuntimeConfig named = reading.result();
    Path dir = file.getParent();
    if (reading.imports || dir == null) {
      return named;
    }
    reading.all("conf.d/*.toml", dir, 1);
    RuntimeConfig more = reading.result();
    if (more.enabled.equals(named.enabled) && more.directories.equals(named.directories)) {
      return named;
    }
    List<String> unread = new ArrayList<>(named.unread);
    unread.add(dir.resolve("conf.d") + " (imported by containerd 2.2 and newer only)");
    return new RuntimeConfig(named.enabled, named.directories, unread, named.read);
  }

  /** CRI-O's file and its drop-in directory, in the order of their names; key by key. */
  static RuntimeConfig crio(Path root) {
    Reading reading = new Reading(root, CRIO, false);
    reading.file(Path.of("/etc/crio/crio.conf"), 0);
    for (String dropIns : List.of("/usr/lib/crio/crio.conf.d", "/etc/crio/crio.conf.d")) {
      reading.all(dropIns + "/*", Path.of("/"), 0);
    }
    return reading.result();
  }

  /** A path of the host, below its root. */
  static Path under(Path root, Path path) {
    return path.isAbsolute() ? root.resolve(Path.of("/").relativize(path)) : root.resolve(path);
  }

  /** Reads file after file into what counts in the end. */
  private static final class Reading {
    private final Path root;
    private final Set<String> sections;
    private final boolean whole;
    private final Map<String, Object> keys = new LinkedHashMap<>();
    private final Map<String, Object> lastOnly = new LinkedHashMap<>();
    private boolean imports;
    private final List<String> unread = new ArrayList<>();
    private final List<Path> read = new ArrayList<>();

    Reading(Path root, Set<String> sections, boolean whole) {
      this.root = root;
      this.sections = sections;
      this.whole = whole;
    }

    void file(Path file, int depth) {
      Path there = under(root, file);
      if (!Files.exists(there) && depth == 0) {
        return;
      }
      if (read.contains(file) || depth > DEEPEST) {
        return;
      }
      Map<String, Map<String, Object>> tables;
      try {
        tables = TomlTables.read(Files.readString(there));
      } catch (IOException e) {
        unread.add(file + " (" + ErrorText.of(e) + ")");
        return;
      }
      read.add(file);
      if (tables.keySet().stream().anyMatch(this::ours)) {
        lastOnly.clear();
      }
      tables.forEach((table, found) -> {
        if (sections.contains(table)) {
          lastOnly.putAll(found);
          found.forEach(this::merge);
        }
      });
      if (tables.getOrDefault("", Map.of()).get("imports") instanceof List<?> named) {
        imports = true;
        Path beside = file.getParent() == null ? Path.of("/") : file.getParent();
        named.forEach(i -> all(i.toString(), beside, depth + 1));
      }
    }

    private boolean ours(String table) {
      return sections.stream().anyMatch(s -> table.equals(s) || table.startsWith(s + "."));
    }

    /** Lists of several files are added up where sections are merged. */
    private void merge(String key, Object value) {
      if (whole && value instanceof List<?> more && keys.get(key) instanceof List<?> before) {
        keys.put(key, Stream.concat(before.stream(), more.stream()).distinct().toList());
      } else {
        keys.put(key, value);
      }
    }

    /** Those that match, in the order of their names. */
    void all(String pattern, Path beside, int depth) {
      Path wanted = beside.resolve(pattern).normalize();
      Path dir = wanted.getParent();
      Path name = wanted.getFileName();
      if (dir == null || name == null) {
        return;
      }
      Path there = under(root, dir);
      if (!Files.isDirectory(there)) {
        return;
      }
      PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + name);
      try (Stream<Path> files = Files.list(there)) {
        files
            .filter(f -> matcher.matches(f.getFileName()) && !Files.isDirectory(f))
            .sorted()
            .forEach(f -> file(dir.resolve(f.getFileName()), Math.max(1, depth)));
      } catch (IOException e) {
        unread.add(dir + " (" + ErrorText.of(e) + ")");
      }
    }

    RuntimeConfig result() {
      @Nullable Object enabled = keys.get("enable_cdi");
      @Nullable Object dirs = keys.get("cdi_spec_dirs");
      List<String> unclear = new ArrayList<>(unread);
      if (whole
          && !(Objects.equals(enabled, lastOnly.get("enable_cdi"))
              && Objects.equals(dirs, lastOnly.get("cdi_spec_dirs")))) {
        unclear.add(
            "the CRI plugin's section in "
                + read.stream().map(Path::toString).collect(Collectors.joining(", "))
                + " (containerd 1.x takes the last one, 2.x merges them)");
      }
      return new RuntimeConfig(
          enabled instanceof Boolean b ? Optional.of(b) : Optional.empty(),
          dirs instanceof List<?> list
              ? Optional.of(list.stream().map(Object::toString).toList())
              : Optional.empty(),
          unclear,
          read);
    }
  }
}
