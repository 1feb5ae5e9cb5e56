package dev.acceld.image.oci;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** A layout in one tar archive, for {@code docker load} and {@code ctr images import}. */
public final class ImageArchive {
  private ImageArchive() {}

  /** Packs a layout, and Docker's manifest with it. */
  public static void write(Path layout, byte[] dockerManifest, Instant time, Path archive)
      throws IOException {
    Path part = archive.resolveSibling(archive.getFileName() + ".part");
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(
            new BufferedOutputStream(Files.newOutputStream(part)), "UTF-8")) {
      for (Path file : filesOf(layout)) {
        start(tar, layout.relativize(file).toString(), Files.size(file), time);
        Files.copy(file, tar);
        tar.closeArchiveEntry();
      }
      start(tar, "manifest.json", dockerManifest.length, time);
      tar.write(dockerManifest);
      tar.closeArchiveEntry();
    }
    Files.move(part, archive, StandardCopyOption.REPLACE_EXISTING);
  }

  private static List<Path> filesOf(Path layout) throws IOException {
    try (Stream<Path> files = Files.walk(layout)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static void start(TarArchiveOutputStream tar, String name, long size, Instant time)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(size);
    entry.setMode(0644);
    entry.setModTime(Date.from(time));
    entry.setIds(0, 0);
    entry.setNames("", "");
    tar.putArchiveEntry(entry);
  }
}
