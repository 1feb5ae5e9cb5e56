package dev.acceld.dra.claim.logs;

import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.Optional;
import java.util.UUID;

/**
 * Removes what strangers have written, as far as the time allows. A directory is entered by its
 * file descriptor and never through a symbolic link, so that nothing outside is touched, also when
 * somebody replaces directories by links meanwhile. What is nested too deeply is moved to the top
 * first, so that depth costs neither stack nor descriptors.
 */
final class Remains {
  private static final int DEEPEST = 32;

  private final SecureDirectoryStream<Path> top;
  private final long deadline;
  private long changes;
  private Optional<String> problem = Optional.empty();

  private Remains(SecureDirectoryStream<Path> top, long deadline) {
    this.top = top;
    this.deadline = deadline;
  }

  /**
   * Removes everything in a directory, not the directory itself. Files that another process removes
   * at the same time are fine, and so is a directory that is not there.
   *
   * @param parent of the directory; only the agent can write to it
   * @param name of the directory
   * @param deadline in {@link System#nanoTime}; at least one entry is looked at
   * @return what could not be removed and why; empty when all is gone or the time is over
   * @throws IOException when the directory cannot be read, or not safely on this platform
   */
  static Optional<String> remove(Path parent, String name, long deadline) throws IOException {
    Path dir = parent.resolve(name);
    while (true) {
      Remains round;
      boolean clean;
      try (DirectoryStream<Path> above = Files.newDirectoryStream(parent);
          SecureDirectoryStream<Path> top =
              secure(parent, above).newDirectoryStream(Path.of(name), LinkOption.NOFOLLOW_LINKS)) {
        round = new Remains(top, deadline);
        clean = round.empty(top, dir, 0);
      } catch (NoSuchFileException e) {
        return Optional.empty();
      }
      if (clean || round.changes == 0 || round.late()) {
        return clean ? Optional.empty() : round.problem;
      }
    }
  }

  private static SecureDirectoryStream<Path> secure(Path dir, DirectoryStream<Path> stream)
      throws IOException {
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    throw new IOException(dir + ": this platform cannot remove files safely; remove them yourself");
  }

  private boolean late() {
    return System.nanoTime() - deadline >= 0;
  }

  /** True when nothing is left in it, as far as could be seen. */
  private boolean empty(SecureDirectoryStream<Path> dir, Path path, int depth) {
    boolean clean = true;
    try {
      for (Path entry : dir) {
        clean &= remove(dir, path, entry.getFileName(), depth);
        if (late()) {
          return false;
        }
      }
    } catch (DirectoryIteratorException e) {
      fail(path, e);
      return false;
    }
    return clean;
  }

  private boolean remove(SecureDirectoryStream<Path> dir, Path path, Path name, int depth) {
    try {
      if (!isDirectory(dir, name)) {
        dir.deleteFile(name);
      } else if (depth >= DEEPEST) {
        dir.move(name, top, Path.of(UUID.randomUUID().toString()));
        changes++;
        return false;
      } else if (!removeDirectory(dir, path, name, depth)) {
        return false;
      }
      changes++;
      return true;
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException e) {
      fail(path.resolve(name), e);
      return false;
    }
  }

  private boolean removeDirectory(SecureDirectoryStream<Path> dir, Path path, Path name, int depth)
      throws IOException {
    try (SecureDirectoryStream<Path> child =
        dir.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
      if (!empty(child, path.resolve(name), depth + 1)) {
        return false;
      }
    }
    dir.deleteDirectory(name);
    return true;
  }

  private static boolean isDirectory(SecureDirectoryStream<Path> dir, Path name)
      throws IOException {
    return dir.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .readAttributes()
        .isDirectory();
  }

  private void fail(Path path, Exception e) {
    if (problem.isEmpty()) {
      String why = ErrorText.of(e);
      String name = path.getFileName() + ": "; // what is below a descriptor has no other path
      problem =
          Optional.of(path + ": " + (why.startsWith(name) ? why.substring(name.length()) : why));
    }
  }
}
