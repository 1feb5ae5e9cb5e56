package dev.acceld.agent.scan;

import dev.acceld.agent.config.AgentConfig;
import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * A temporary state directory, so that a look changes nothing in that of an agent. What an agent
 * has recorded is copied into it: a device that was released is not opened, and a fault that the
 * hardware does not tell again still counts.
 */
public final class Scratch implements AutoCloseable {
  private static final List<String> RECORDS = List.of("released", "faults", "repairs");

  private final Path dir;

  private Scratch(Path dir) {
    this.dir = dir;
  }

  /**
   * Makes one.
   *
   * @throws IOException when no temporary directory can be made; the message names a remedy
   */
  public static Scratch make() throws IOException {
    String tmp = System.getProperty("java.io.tmpdir", "/tmp");
    try {
      return new Scratch(Files.createTempDirectory("acceld-scan-"));
    } catch (IOException e) {
      throw new IOException(
          "no temporary directory can be created in "
              + tmp
              + " ("
              + ErrorText.of(e)
              + "); name another with ACCELD_JAVA_OPTS=-Djava.io.tmpdir=DIR",
          e);
    }
  }

  /** Where it is. */
  public Path dir() {
    return dir;
  }

  /**
   * Copies the records of the agent of that state directory, and makes the simulated machine if one
   * is wanted and that agent has none.
   *
   * @param settings those of the look, with the agent's own state directory
   * @throws IOException naming the file that cannot be read
   */
  public void fill(AgentConfig settings) throws IOException {
    for (String name : RECORDS) {
      copy(settings.stateDir().resolve(name), dir.resolve(name));
    }
    if (settings.machine().isPresent()) {
      Path agents = settings.machineRoot();
      Path own = AgentConfig.machineRoot(dir);
      if (Files.isDirectory(agents)) {
        Files.createSymbolicLink(own, agents.toAbsolutePath());
      } else {
        MachineTree.create(own, MachineCatalog.load(settings.machine().get()));
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.newDirectoryStream(from)) {
      Files.createDirectories(to);
      for (Path file : files) {
        copyFile(file, to.resolve(file.getFileName()));
      }
    } catch (NoSuchFileException e) {
      // that agent has recorded nothing
    } catch (AccessDeniedException e) {
      throw new IOException(
          "this user may not read "
              + e.getFile()
              + ", so it is not known which devices are released or faulty; run the command as the"
              + " user of the agent (root)",
          e);
    }
  }

  private static void copyFile(Path file, Path to) throws IOException {
    try {
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        Files.copy(file, to);
      }
    } catch (NoSuchFileException e) {
      // the agent has replaced or removed it meanwhile
    }
  }

  /** Deletes it; what cannot be deleted stays. */
  @Override
  public void close() {
    try {
      Files.walkFileTree(
          dir,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path at, IOException e) throws IOException {
              Files.deleteIfExists(at);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      // Somebody else cleans the directory for temporary files.
    }
  }
}
