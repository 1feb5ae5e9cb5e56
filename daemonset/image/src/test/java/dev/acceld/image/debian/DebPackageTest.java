package dev.acceld.image.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.image.ImageException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DebPackageTest {
  @TempDir Path scratch;

  /** A layer of compression. */
  private interface Wrapper {
    OutputStream around(OutputStream out) throws IOException;
  }

  @Test
  void readsControlAndDataWhateverTheyAreCompressedWith() throws IOException {
    byte[] control = tar(GZIPOutputStream::new, "./control", "Package: libc6\nVersion: 2.41\n");
    byte[] data =
        tar(XZCompressorOutputStream::new, "./usr/lib/x86_64-linux-gnu/libc.so.6", "a library");
    DebPackage deb = deb("control.tar.gz", control, "data.tar.xz", data);

    List<String> seen = new ArrayList<>();
    deb.visitData((path, entry, content) ->
        seen.add(path + " " + new String(content.readAllBytes(), StandardCharsets.UTF_8)));

    assertThat(seen).containsExactly("usr/lib/x86_64-linux-gnu/libc.so.6 a library");
    assertThat(deb.control()).isEqualTo("Package: libc6\nVersion: 2.41\n");
  }

  @Test
  void saysWhichPartItCannotUnpack() throws IOException {
    DebPackage deb = deb("control.tar.gz", new byte[0], "data.tar.odd", new byte[] {1});

    assertThatThrownBy(() -> deb.visitData((path, entry, content) -> {}))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("data.tar.odd");
  }

  @Test
  void saysWhatIsNoPackage() throws IOException {
    DebPackage deb = deb("control.tar.gz", new byte[0], "other", new byte[] {1});

    assertThatThrownBy(() -> deb.visitData((path, entry, content) -> {}))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("data.tar");
  }

  private DebPackage deb(String first, byte[] one, String second, byte[] two) throws IOException {
    Path file = scratch.resolve("test.deb");
    try (ArArchiveOutputStream ar = new ArArchiveOutputStream(Files.newOutputStream(file))) {
      add(ar, "debian-binary", "2.0\n".getBytes(StandardCharsets.US_ASCII));
      add(ar, first, one);
      add(ar, second, two);
    }
    return new DebPackage(file);
  }

  private static void add(ArArchiveOutputStream ar, String name, byte[] content)
      throws IOException {
    ar.putArchiveEntry(new ArArchiveEntry(name, content.length));
    ar.write(content);
    ar.closeArchiveEntry();
  }

  private static byte[] tar(Wrapper wrapper, String name, String text) throws IOException {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(wrapper.around(bytes))) {
      TarArchiveEntry entry = new TarArchiveEntry(name);
      entry.setSize(content.length);
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
    }
    return bytes.toByteArray();
  }
}
