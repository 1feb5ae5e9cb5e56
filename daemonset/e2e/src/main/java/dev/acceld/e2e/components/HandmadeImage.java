package dev.acceld.e2e.components;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * An image of one static busybox as an OCI archive that {@code ctr images import} takes. There is
 * no registry in a test cluster.
 */
final class HandmadeImage {
  private static final String OCI = "application/vnd.oci.image.";

  private final Path busybox;
  private final List<String> applets;

  HandmadeImage(Path busybox, List<String> applets) {
    this.busybox = busybox;
    this.applets = List.copyOf(applets);
  }

  /** Writes it under that full name, with that command. */
  void write(Path archive, String name, String configuration) throws IOException {
    byte[] layer = layer();
    byte[] packed = gzip(layer);
    byte[] config =
        """
        {"architecture":"%s","os":"linux","config":%s,"rootfs":{"type":"layers","diff_ids":["%s"]},
         "history":[{"created_by":"acceld e2e"}]}
        """
            .formatted(architecture(), configuration, digest(layer))
            .getBytes(StandardCharsets.UTF_8);
    byte[] manifest =
        """
        {"schemaVersion":2,"mediaType":"%1$smanifest.v1+json",
         "config":{"mediaType":"%1$sconfig.v1+json","digest":"%2$s","size":%3$d},
         "layers":[{"mediaType":"%1$slayer.v1.tar+gzip","digest":"%4$s","size":%5$d}]}
        """
            .formatted(OCI, digest(config), config.length, digest(packed), packed.length)
            .getBytes(StandardCharsets.UTF_8);
    String index =
        """
        {"schemaVersion":2,"mediaType":"%1$sindex.v1+json","manifests":[
         {"mediaType":"%1$smanifest.v1+json","digest":"%2$s","size":%3$d,
          "platform":{"architecture":"%4$s","os":"linux"},
          "annotations":{"io.containerd.image.name":"%5$s"}}]}
        """
            .formatted(OCI, digest(manifest), manifest.length, architecture(), name);
    try (var tar = new TarArchiveOutputStream(Files.newOutputStream(archive))) {
      put(tar, "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
      put(tar, "index.json", index.getBytes(StandardCharsets.UTF_8));
      for (byte[] blob : List.of(packed, config, manifest)) {
        put(tar, "blobs/sha256/" + digest(blob).substring("sha256:".length()), blob);
      }
    }
  }

  private byte[] layer() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(bytes)) {
      for (String directory : List.of("bin/", "dev/", "etc/", "proc/", "root/", "sys/", "tmp/")) {
        TarArchiveEntry entry = new TarArchiveEntry(directory);
        entry.setMode(directory.equals("tmp/") ? 01777 : 0755);
        entry.setModTime(0);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
      }
      put(tar, "bin/busybox", Files.readAllBytes(busybox));
      for (String applet : applets) {
        TarArchiveEntry link = new TarArchiveEntry("bin/" + applet, TarConstants.LF_SYMLINK);
        link.setLinkName("busybox");
        link.setModTime(0);
        tar.putArchiveEntry(link);
        tar.closeArchiveEntry();
      }
      put(
          tar,
          "etc/passwd",
          "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n"
              .getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static void put(TarArchiveOutputStream tar, String name, byte[] content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    entry.setMode(0755);
    entry.setModTime(0);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  static String digest(byte[] content) {
    try {
      byte[] sum = MessageDigest.getInstance("SHA-256").digest(content);
      return "sha256:" + HexFormat.of().formatHex(sum);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** As images name it. */
  static String architecture() {
    String jvm = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return jvm.equals("aarch64") ? "arm64" : "amd64";
  }
}
