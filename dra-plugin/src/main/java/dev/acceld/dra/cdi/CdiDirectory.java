package dev.acceld.dra.cdi;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The directory that container runtimes watch. A file appears in it whole, by a rename inside the
 * directory: that is also the only event that makes a runtime look again without seeing half a
 * file. Files are not fsynced: the directory is a tmpfs on most hosts, and whoever prepares a claim
 * again checks the file byte by byte. Thread-safe as long as two threads do not write the same
 * name.
 */
public final class CdiDirectory {
  private static final String TEMPORARY = ".tmp";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Path dir;

  /** Touches nothing yet. */
  public CdiDirectory(Path dir) {
    this.dir = dir;
  }

  /** Where a file of that name is or would be. */
  public Path path(String fileName) {
    return dir.resolve(fileName);
  }

  /** Makes the directory, mode 0755, if it is missing; runtimes watch badly what is not there. */
  public void create() throws IOException {
    if (!Files.isDirectory(dir)) {
      Files.createDirectories(dir);
      Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  /**
   * True when the file is there with exactly this text. One that cannot be read is none: to write
   * it anew mends it, or says what is wrong.
   */
  public boolean holds(String fileName, CdiText content) {
    Path file = path(fileName);
    try {
      return Files.size(file) == content.length() && content.is(Files.readAllBytes(file));
    } catch (IOException e) {
      return false;
    }
  }

  /** The bytes of the file; empty when it is not there or cannot be read. */
  public Optional<byte[]> read(String fileName) {
    try {
      return Optional.of(Files.readAllBytes(path(fileName)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The text of a file that is one whole JSON object; empty for any other. */
  public Optional<String> text(String fileName) {
    return read(fileName).flatMap(CdiDirectory::wholeObject);
  }

  static Optional<String> wholeObject(byte[] file) {
    try {
      // Jackson would take UTF-16 and a byte order mark, too, which container runtimes do not.
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(file)).toString();
      return JSON.readTree(text).isObject() ? Optional.of(text) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Writes the file, mode 0644, replacing what was there, all at once. */
  public void write(String fileName, byte[] content) throws IOException {
    create();
    Path temporary = path(fileName + "." + UUID.randomUUID() + TEMPORARY);
    try {
      Files.write(temporary, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-r--r--"));
      Files.move(temporary, path(fileName), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException left) {
        e.addSuppressed(left);
      }
      throw e;
    }
  }

  /** Removes the file; one that is not there is fine. */
  public boolean remove(String fileName) throws IOException {
    return Files.deleteIfExists(path(fileName));
  }

  /** Names of finished and temporary files that begin so; empty when there is no directory. */
  public List<String> list(String prefix) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(dir)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        if (name.startsWith(prefix)) {
          names.add(name);
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    }
    names.sort(null);
    return names;
  }

  /** The name that a temporary file was going to get; empty for a finished file. */
  public static Optional<String> targetOf(String fileName) {
    // <target>.<UUID>.tmp
    int cut = fileName.length() - TEMPORARY.length() - 37;
    return fileName.endsWith(TEMPORARY) && cut > 0
        ? Optional.of(fileName.substring(0, cut))
        : Optional.empty();
  }
}
