package dev.acceld.agent.host;

import dev.acceld.dra.claim.record.SharedDevices;
import dev.acceld.dra.kubelet.DriverDirectory;
import dev.acceld.dra.kubelet.KubeletSettings;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves the host as it was found: removes what an agent made in its state directory and below the
 * kubelet's, by name and nothing else, so that a wrong path costs nobody his files.
 */
public final class HostCleanup {
  private static final Logger log = LoggerFactory.getLogger(HostCleanup.class);

  /** All that an agent makes in its state directory; {@code locks} last, for it keeps order. */
  private static final List<String> OURS =
      List.of(
          "claims",
          "claim-copies",
          "leftovers",
          "damaged",
          "tombstones",
          "writing",
          "unpreparing",
          "shared-cdi",
          "faults",
          "flight",
          "marks",
          "events.json",
          ".events.json.tmp",
          "released",
          "repairs",
          "usage",
          "run",
          "machine",
          ".machine.lock",
          "records-since",
          "owner",
          ".owner.tmp",
          "locks");

  private final KubeletSettings kubelet;
  private final Path stateDir;
  private final Path cdiDir;

  /** For one driver on this host. */
  public HostCleanup(KubeletSettings kubelet, Path stateDir, Path cdiDir) {
    this.kubelet = kubelet;
    this.stateDir = stateDir;
    this.cdiDir = cdiDir;
  }

  /**
   * Removes everything, if nothing is prepared and no other process of this state directory is
   * alive. Trouble is logged: it is the last thing that a process does.
   *
   * @param lock this process's own, which it gives up
   */
  public void run(InstanceLock lock) {
    try {
      if (!lock.alone()) {
        log.info("{} is kept: another process of this driver uses it", stateDir);
      } else if (somethingIsPrepared()) {
        log.info(
            "{} is kept: claims are prepared, and the next process needs their records", stateDir);
      } else {
        remove();
        log.info("no claim is prepared: removed acceld's files in {}", stateDir);
      }
    } catch (IOException e) {
      log.warn("{} was not removed completely: {}", stateDir, ErrorText.of(e));
    }
  }

  /**
   * A record that cannot be read counts too, a second copy or a CDI file whose record was lost, and
   * a partition that could not be unmade yet.
   */
  private boolean somethingIsPrepared() throws IOException {
    return has(stateDir.resolve("claims"), "*")
        || has(stateDir.resolve("claim-copies"), "*.json")
        || has(stateDir.resolve("leftovers"), "*.json")
        || has(cdiDir, kubelet.driverName() + "-claim_*.json");
  }

  private static boolean has(Path dir, String names) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(dir, names)) {
      return files.iterator().hasNext();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return false;
    }
  }

  private void remove() throws IOException {
    for (String name : OURS) {
      removeTree(stateDir.resolve(name));
    }
    removeIfEmpty(stateDir);
    removeSharedCdiFiles();
    DriverDirectory.remove(kubelet);
  }

  /** No claim is prepared, so none uses them. */
  private void removeSharedCdiFiles() throws IOException {
    String names = SharedDevices.filePrefix(kubelet.driverName()) + "*.json";
    try (DirectoryStream<Path> files = Files.newDirectoryStream(cdiDir, names)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      // nothing was ever prepared
    }
  }

  private static void removeTree(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e)
              throws IOException {
            Files.deleteIfExists(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void removeIfEmpty(Path dir) throws IOException {
    try {
      Files.deleteIfExists(dir);
    } catch (DirectoryNotEmptyException e) {
      log.info("{} is kept: it contains files that acceld did not create", dir);
    }
  }
}
