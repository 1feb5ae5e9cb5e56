package dev.acceld.image.oci;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Date;
import java.util.Set;
import java.util.SortedSet;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Writes files of a tree as a layer: sorted, owned by root, with one time, modes 755 and 644 only.
 * Nothing of the build machine gets into the bytes.
 */
public final class LayerWriter {
  private static final int DIRECTORY = 0755;
  private static final int STICKY = 01777;
  private static final int EXECUTABLE = 0755;
  private static final int PLAIN = 0644;

  private final Path blobs;
  private final Instant time;

  /** Writes into a directory of blobs named by their digests. */
  public LayerWriter(Path blobs, Instant time) {
    this.blobs = blobs;
    this.time = time;
  }

  /** Writes the files at these paths below a root. */
  public Layer write(String title, Path root, SortedSet<String> paths) throws IOException {
    Files.createDirectories(blobs);
    Path part = Files.createTempFile(blobs, "layer", ".part");
    MessageDigest packed = Digest.sha256();
    MessageDigest plain = Digest.sha256();
    long unpackedSize;
    try (OutputStream file =
            new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(part)), packed);
        OutputStream zip = new BestGzip(file);
        TarArchiveOutputStream tar =
            new TarArchiveOutputStream(new DigestOutputStream(zip, plain), "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      for (String path : paths) {
        writeEntry(tar, root, path);
      }
      tar.finish();
      unpackedSize = tar.getBytesWritten();
    }
    String digest = Digest.hex(packed);
    Path blob = blobs.resolve(digest);
    Files.move(part, blob, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return new Layer(title, blob, digest, Digest.hex(plain), Files.size(blob), unpackedSize);
  }

  private void writeEntry(TarArchiveOutputStream tar, Path root, String path) throws IOException {
    Path file = root.resolve(path);
    TarArchiveEntry entry;
    if (Files.isSymbolicLink(file)) {
      entry = new TarArchiveEntry(path, TarConstants.LF_SYMLINK);
      entry.setLinkName(Files.readSymbolicLink(file).toString());
      entry.setMode(0777);
    } else if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
      entry = new TarArchiveEntry(path + "/");
      entry.setMode(Set.of("tmp").contains(path) ? STICKY : DIRECTORY);
    } else {
      entry = new TarArchiveEntry(path);
      entry.setMode(Files.isExecutable(file) ? EXECUTABLE : PLAIN);
      entry.setSize(Files.size(file));
    }
    entry.setModTime(Date.from(time));
    entry.setIds(0, 0);
    entry.setNames("", "");
    tar.putArchiveEntry(entry);
    if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      Files.copy(file, tar);
    }
    tar.closeArchiveEntry();
  }

  /** As small as gzip makes it; its header carries no time and no name. */
  private static final class BestGzip extends GZIPOutputStream {
    private static final int BUFFER = 1 << 16;

    BestGzip(OutputStream out) throws IOException {
      super(out, BUFFER);
      def.setLevel(Deflater.BEST_COMPRESSION);
    }
  }
}
