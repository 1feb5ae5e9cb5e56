package dev.acceld.image.debian;

import dev.acceld.image.ImageException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** A {@code .deb} file (deb(5)): an ar archive of two tar archives. */
public final class DebPackage {
  private final Path file;

  /** Of a file on disk. */
  public DebPackage(Path file) {
    this.file = file;
  }

  /** One file, directory or link of a package. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Called for each, in the package's order.
     *
     * @param path without the leading {@code ./}
     * @param entry what it is
     * @param content the bytes of a file, to be read before this returns
     */
    void visit(String path, TarArchiveEntry entry, InputStream content) throws IOException;
  }

  /** Goes through what the package installs. */
  public void visitData(Visitor visitor) throws IOException {
    visit("data.tar", visitor);
  }

  /** The control file: name, version, dependencies, description. */
  public String control() throws IOException {
    StringBuilder text = new StringBuilder();
    visit(
        "control.tar",
        (path, entry, content) -> {
          if (path.equals("control")) {
            text.append(new String(content.readAllBytes(), StandardCharsets.UTF_8));
          }
        });
    return text.toString();
  }

  private void visit(String member, Visitor visitor) throws IOException {
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file));
        ArArchiveInputStream outer = new ArArchiveInputStream(raw)) {
      for (ArArchiveEntry part = outer.getNextEntry(); part != null; part = outer.getNextEntry()) {
        if (part.getName().startsWith(member)) {
          visitTar(unpacked(part.getName(), outer), visitor);
          return;
        }
      }
    }
    throw new ImageException(file + " is no Debian package: it has no " + member);
  }

  private static void visitTar(InputStream tar, Visitor visitor) throws IOException {
    TarArchiveInputStream inner = new TarArchiveInputStream(tar);
    for (TarArchiveEntry entry = inner.getNextEntry();
        entry != null;
        entry = inner.getNextEntry()) {
      visitor.visit(entry.getName().replaceFirst("^\\./", ""), entry, inner);
    }
  }

  private InputStream unpacked(String name, InputStream packed) throws IOException {
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "xz" -> new XZCompressorInputStream(packed);
      case "gz" -> new GzipCompressorInputStream(packed);
      case "tar" -> packed;
      default -> throw new ImageException(file + ": " + name + " has an unsupported compression");
    };
  }
}
