package dev.acceld.image.tree;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The image's root file system in a directory. What was added since the last layer was cut off is
 * the next layer. Every file carries one and the same time, because the class archive remembers the
 * times of the jars.
 */
public final class RootTree {
  private final Path root;
  private final Instant time;
  private final SortedSet<String> cut = new TreeSet<>();

  private RootTree(Path root, Instant time) {
    this.root = root;
    this.time = time;
  }

  /** An empty one; what the directory held is deleted. */
  public static RootTree empty(Path root, Instant time) throws IOException {
    if (Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      try (Stream<Path> old = Files.walk(root)) {
        for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
    Files.createDirectories(root);
    return new RootTree(root, time);
  }

  /** The directory on the build machine. */
  public Path directory() {
    return root;
  }

  /** The time that every file carries. */
  public Instant time() {
    return time;
  }

  /** Where a path of the image lies on the build machine. */
  public Path path(String path) {
    return root.resolve(path.startsWith("/") ? path.substring(1) : path);
  }

  /** A directory, with those above it. */
  public void addDirectory(String path) throws IOException {
    Files.createDirectories(path(path));
  }

  /** A symbolic link. */
  public void addLink(String path, String target) throws IOException {
    Files.createDirectories(path(path).getParent());
    Files.createSymbolicLink(path(path), Path.of(target));
  }

  /** A file with this text. */
  public void addText(String path, String text) throws IOException {
    Files.createDirectories(path(path).getParent());
    Files.writeString(path(path), text);
    setMode(path(path), false);
  }

  /** A file with these bytes. */
  public void addFile(String path, InputStream content, boolean executable) throws IOException {
    Files.createDirectories(path(path).getParent());
    Files.copy(content, path(path), StandardCopyOption.REPLACE_EXISTING);
    setMode(path(path), executable);
  }

  /** A copy of a file of the build machine; it may be executed if the original may. */
  public void addFile(String path, Path original) throws IOException {
    try (InputStream content = Files.newInputStream(original)) {
      addFile(path, content, Files.isExecutable(original));
    }
  }

  /**
   * Paths below the root, directories included, that no layer has yet. From now on this one has
   * them.
   */
  public SortedSet<String> cutLayer() throws IOException {
    SortedSet<String> fresh = new TreeSet<>();
    for (Path path : everything()) {
      Files.setAttribute(path, "lastModifiedTime", FileTime.from(time), LinkOption.NOFOLLOW_LINKS);
      String name = root.relativize(path).toString();
      if (cut.add(name)) {
        fresh.add(name);
      }
    }
    return fresh;
  }

  /** All there is, a directory after what is in it, so that its time can be set last. */
  private List<Path> everything() throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(path -> !path.equals(root)).sorted(Comparator.reverseOrder()).toList();
    }
  }

  private static void setMode(Path file, boolean executable) throws IOException {
    Files.setPosixFilePermissions(
        file, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
  }
}
