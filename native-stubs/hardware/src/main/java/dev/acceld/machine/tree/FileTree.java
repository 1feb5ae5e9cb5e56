package dev.acceld.machine.tree;

import dev.acceld.machine.description.MachineException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Files and links below a root; paths are given without it and may begin with a slash.
 *
 * @param live whether others look at the tree already: then every file must appear whole
 */
public record FileTree(Path root, boolean live) {

  /** A tree that others look at. */
  public FileTree(Path root) {
    this(root, true);
  }

  public Path at(String path) {
    return root.resolve(path.startsWith("/") ? path.substring(1) : path);
  }

  /** Writes a file that readers see whole: a temporary one, then a rename. */
  public void write(String path, byte[] bytes) {
    Path target = at(path);
    if (!live) {
      writeAtOnce(target, bytes);
      return;
    }
    Path temporary = target.resolveSibling("." + target.getFileName() + ".new");
    try {
      Files.createDirectories(parent(target));
      Files.write(temporary, bytes);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw cannot("write", target, e);
    }
  }

  /** Adds to a file that is there, in one write. */
  public void append(String path, byte[] bytes) {
    try {
      Files.write(at(path), bytes, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw cannot("write", at(path), e);
    }
  }

  private static void writeAtOnce(Path target, byte[] bytes) {
    try {
      Files.write(target, bytes);
    } catch (NoSuchFileException e) {
      try {
        Files.createDirectories(parent(target));
        Files.write(target, bytes);
      } catch (IOException again) {
        throw cannot("write", target, again);
      }
    } catch (IOException e) {
      throw cannot("write", target, e);
    }
  }

  /** Writes text, unless it is there already; the kernel's files end with a newline. */
  public void write(String path, String text) {
    writeIfOther(path, (text.endsWith("\n") ? text : text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Whether there is such a file, link or directory. */
  public boolean exists(String path) {
    return Files.exists(at(path), LinkOption.NOFOLLOW_LINKS);
  }

  /** Whether a directory has nothing in it, or is not there. */
  public boolean isEmpty(String path) {
    try (Stream<Path> entries = Files.list(at(path))) {
      return entries.findAny().isEmpty();
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException e) {
      throw cannot("read", at(path), e);
    }
  }

  /** A file's text without the last newline. */
  public String read(String path) {
    try {
      return Files.readString(at(path)).stripTrailing();
    } catch (IOException e) {
      throw cannot("read", at(path), e);
    }
  }

  /** An empty file, if there is none: a device node is one here. */
  public void node(String path) {
    if (!exists(path)) {
      write(path, new byte[0]);
    }
  }

  public void directory(String path) {
    try {
      Files.createDirectories(at(path));
    } catch (IOException e) {
      throw cannot("create", at(path), e);
    }
  }

  private void writeIfOther(String path, byte[] bytes) {
    try {
      if (live && exists(path) && Arrays.equals(Files.readAllBytes(at(path)), bytes)) {
        return;
      }
    } catch (IOException e) {
      throw cannot("read", at(path), e);
    }
    write(path, bytes);
  }

  /** A relative link, as sysfs has them, so that the tree can be moved. */
  public void link(String path, String target) {
    Path link = at(path);
    try {
      Files.createDirectories(parent(link));
      Path relative = parent(link).relativize(at(target));
      if (Files.isSymbolicLink(link)) {
        if (Files.readSymbolicLink(link).equals(relative)) {
          return;
        }
        Files.delete(link);
      }
      Files.createSymbolicLink(link, relative);
    } catch (IOException e) {
      throw cannot("create", link, e);
    }
  }

  /** Removes a file, a link (not what it points to) or a directory with all in it. */
  public void remove(String path) {
    Path start = at(path);
    try {
      Files.walkFileTree(
          start,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failed)
                throws IOException {
              Files.delete(directory);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (NoSuchFileException e) {
      // gone already
    } catch (IOException e) {
      throw cannot("remove", start, e);
    }
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    return parent == null ? path : parent;
  }

  /** The reason without the path and without the names of Java's classes. */
  public static String describe(IOException e) {
    return switch (e) {
      case NoSuchFileException n -> "no such file or directory";
      case AccessDeniedException a -> "permission denied";
      case FileAlreadyExistsException f -> "it already exists and is not a directory";
      case NotDirectoryException n -> "not a directory";
      case DirectoryNotEmptyException d -> "the directory is not empty";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      case FileSystemException f -> "the file system does not permit it";
      case CharacterCodingException c -> "it is not valid UTF-8";
      default -> String.valueOf(e.getMessage());
    };
  }

  public static MachineException cannot(String what, Path path, IOException e) {
    return new MachineException(
        "cannot "
            + what
            + " "
            + path
            + " ("
            + describe(e)
            + "); check the directory's owner and free space",
        new UncheckedIOException(e));
  }
}
