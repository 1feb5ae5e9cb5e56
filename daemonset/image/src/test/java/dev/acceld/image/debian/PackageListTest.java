package dev.acceld.image.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.image.ImageException;
import dev.acceld.tools.DebianMirrors;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.junit.jupiter.api.Test;

class PackageListTest {
  private static final String DIGEST = "0123456789abcdef".repeat(4);
  private static final String PACKAGES =
      """
      Package: libc6
      Version: 2.41-12
      Description: GNU C Library
       Version: not a field
      Filename: pool/old.deb
      SHA256: %1$s

      Package: libc6
      Version: 2.41-12+deb13u5
      Filename: pool/new.deb
      SHA256: %1$s

      Package: without-digest
      Version: 1
      Filename: pool/other.deb
      """
          .formatted(DIGEST);

  @Test
  void readsEveryPackageThatCanBePinned() throws IOException {
    List<Pin> pins = PackageList.parse(new StringReader(PACKAGES), "debian", "amd64");

    assertThat(pins)
        .containsExactly(
            new Pin("libc6", "2.41-12", "amd64", "debian", "pool/old.deb", DIGEST),
            new Pin("libc6", "2.41-12+deb13u5", "amd64", "debian", "pool/new.deb", DIGEST));
  }

  @Test
  void theNewestIsPinned() throws IOException {
    List<Pin> pins = PackageList.parse(new StringReader(PACKAGES), "debian", "amd64");

    assertThat(PinRenewal.newest(pins, pins.getFirst())).contains(pins.getLast());
  }

  @Test
  void theDigestIsTheOneUnderSha256() {
    List<String> release =
        List.of(
            "MD5Sum:",
            " 11 5 main/binary-amd64/Packages.xz",
            "SHA256:",
            " 22 5 main/binary-amd64/Packages.xz.other",
            " 33 5 main/binary-amd64/Packages.xz",
            "Other: x");

    assertThat(PackageList.digest(release, "main/binary-amd64/Packages.xz")).isEqualTo("33");
    assertThatThrownBy(() -> PackageList.digest(release, "main/binary-arm64/Packages.xz"))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("main/binary-arm64/Packages.xz");
  }

  @Test
  void nothingIsPinnedFromAListWithoutDebiansSignature() {
    Transfer impostor =
        (address, file) -> {
          if (address.endsWith("InRelease")) {
            Files.writeString(file, "SHA256:\n " + DIGEST + " 5 main/binary-amd64/Packages.xz\n");
          } else {
            try (OutputStream out = new XZCompressorOutputStream(Files.newOutputStream(file))) {
              out.write(PACKAGES.getBytes(StandardCharsets.UTF_8));
            }
          }
        };
    DebianMirrors mirrors =
        new DebianMirrors(Optional.of("http://mirror.test"), "20260101T000000Z");
    PackageList list =
        new PackageList(mirrors, impostor, new PrintStream(OutputStream.nullOutputStream()));

    // where gpgv is missing it is the digest that does not fit
    assertThatThrownBy(() -> list.of(Suite.STABLE, "amd64")).isInstanceOf(ImageException.class);
  }
}
