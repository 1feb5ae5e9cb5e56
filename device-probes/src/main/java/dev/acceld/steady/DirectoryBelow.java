package dev.acceld.steady;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;

/**
 * Directories below one that somebody else answers for, such as the state directory. That one is
 * never made here: while it is gone (a volume that is not mounted, a directory that is moved), an
 * empty one in its place would say that nothing is released and nobody holds anything.
 */
public final class DirectoryBelow {
  private DirectoryBelow() {}

  /**
   * Makes the directory unless it is there; its parent must be.
   *
   * @throws java.nio.file.NoSuchFileException when the parent is gone
   */
  public static void make(Path dir, FileAttribute<?>... attributes) throws IOException {
    try {
      Files.createDirectory(dir, attributes);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(dir)) {
        throw e;
      }
    }
  }
}
