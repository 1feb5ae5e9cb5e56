package dev.acceld.demo;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the demo has to clear up: a directory, and what runs in it. It is cleared once, at the end
 * or, when a signal ends the process, in the midst of the play. Safe for several threads.
 */
final class Stage implements AutoCloseable {
  private static final int TRIES = 5;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path dir;
  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private boolean closed;

  Stage() throws IOException {
    dir = create(Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** With a short name: the paths of Unix sockets in it may have 107 bytes. */
  private static Path create(Path parent) throws IOException {
    Set<PosixFilePermission> owner = PosixFilePermissions.fromString("rwx------");
    while (true) {
      String name = Integer.toString(RANDOM.nextInt(Integer.MAX_VALUE), Character.MAX_RADIX);
      try {
        return Files.createDirectory(
            parent.resolve("acceld-demo-" + name), PosixFilePermissions.asFileAttribute(owner));
      } catch (FileAlreadyExistsException e) {
        // somebody else's: another name
      }
    }
  }

  Path dir() {
    return dir;
  }

  /** Has that closed with the stage, the last one first; at once when the stage is closed. */
  synchronized <T extends AutoCloseable> T with(T part) throws Exception {
    if (closed) {
      part.close();
      throw new IllegalStateException("the demo is being ended");
    }
    running.push(part);
    return part;
  }

  /** True from the beginning of the clearing up. */
  synchronized boolean isClosed() {
    return closed;
  }

  /** Stops everything and removes the directory; does nothing the second time. */
  @Override
  public void close() throws Exception {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    try {
      while (!running.isEmpty()) {
        running.pop().close();
      }
    } finally {
      remove();
    }
  }

  /** Something that is being stopped may still add a file. */
  private void remove() throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        Files.walkFileTree(dir, new Remover());
        return;
      } catch (NoSuchFileException e) {
        if (Files.notExists(dir)) {
          return;
        }
      } catch (IOException e) {
        if (attempt == TRIES) {
          throw new IOException(dir + " could not be removed: " + e.getMessage(), e);
        }
      }
    }
  }

  private static final class Remover extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw e;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e)
        throws IOException {
      Files.deleteIfExists(dir);
      return FileVisitResult.CONTINUE;
    }
  }
}
