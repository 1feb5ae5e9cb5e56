package dev.acceld.image.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerWriterTest {
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:06Z");

  @TempDir Path scratch;

  @Test
  void theBytesDoNotTellWhereWhenAndByWhomTheFilesWereMade() throws IOException {
    Layer one = write(tree("one", Instant.parse("2001-01-01T00:00:00Z"), "rw-r--r--"));
    Layer other = write(tree("somewhere-else", Instant.now(), "rw-rw-r--"));

    assertThat(other.digest()).isEqualTo(one.digest());
    assertThat(other.diffId()).isEqualTo(one.diffId());
  }

  @Test
  void anotherContentIsAnotherLayer() throws IOException {
    Path tree = tree("one", TIME, "rw-r--r--");
    Layer before = write(tree);
    Files.writeString(tree.resolve("etc/name"), "other");

    assertThat(write(tree).digest()).isNotEqualTo(before.digest());
  }

  @Test
  void digestsAndSizesAreThoseOfTheFile() throws IOException {
    Layer layer = write(tree("one", TIME, "rw-r--r--"));

    assertThat(layer.file()).hasFileName(layer.digest());
    assertThat(layer.size()).isEqualTo(Files.size(layer.file()));
    assertThat(Digest.ofFile(layer.file())).isEqualTo(layer.digest());
    try (GZIPInputStream plain = new GZIPInputStream(Files.newInputStream(layer.file()))) {
      byte[] bytes = plain.readAllBytes();
      assertThat(Digest.of(bytes)).isEqualTo(layer.diffId());
      assertThat(layer.unpackedSize()).isEqualTo(bytes.length);
    }
  }

  @Test
  void everythingBelongsToRootAndHasOneTime() throws IOException {
    List<TarArchiveEntry> entries = entries(write(tree("one", Instant.now(), "rw-r--r--")));

    assertThat(entries)
        .extracting(TarArchiveEntry::getName)
        .containsExactly("etc/", "etc/link", "etc/name", "etc/program", "tmp/");
    assertThat(entries)
        .allSatisfy(entry -> {
          assertThat(entry.getLongUserId()).isZero();
          assertThat(entry.getLongGroupId()).isZero();
          assertThat(entry.getUserName()).isEmpty();
          assertThat(entry.getLastModifiedTime()).isEqualTo(FileTime.from(TIME));
        });
    assertThat(entries.get(1).getLinkName()).isEqualTo("name");
    assertThat(entries.get(2).getMode() & 0777).isEqualTo(0644);
    assertThat(entries.get(3).getMode() & 0777).isEqualTo(0755);
    assertThat(entries.get(4).getMode() & 07777).isEqualTo(01777);
  }

  private Path tree(String name, Instant time, String mode) throws IOException {
    Path root = scratch.resolve(name);
    Path etc = Files.createDirectories(root.resolve("etc"));
    Files.createDirectories(root.resolve("tmp"));
    Files.writeString(etc.resolve("program"), "run me");
    Files.setPosixFilePermissions(
        etc.resolve("program"), PosixFilePermissions.fromString("rwx------"));
    Files.writeString(etc.resolve("name"), "content");
    Files.setPosixFilePermissions(etc.resolve("name"), PosixFilePermissions.fromString(mode));
    Files.createSymbolicLink(etc.resolve("link"), Path.of("name"));
    Files.setLastModifiedTime(etc.resolve("name"), FileTime.from(time));
    return root;
  }

  private Layer write(Path root) throws IOException {
    return new LayerWriter(scratch.resolve("blobs"), TIME)
        .write(
            "test",
            root,
            new TreeSet<>(List.of("etc", "etc/name", "etc/program", "etc/link", "tmp")));
  }

  private static List<TarArchiveEntry> entries(Layer layer) throws IOException {
    List<TarArchiveEntry> entries = new ArrayList<>();
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new GZIPInputStream(Files.newInputStream(layer.file())))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        entries.add(entry);
      }
    }
    return entries;
  }
}
