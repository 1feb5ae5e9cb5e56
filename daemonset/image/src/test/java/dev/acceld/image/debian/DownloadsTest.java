package dev.acceld.image.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.image.ImageException;
import dev.acceld.image.oci.Digest;
import dev.acceld.tools.DebianMirrors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadsTest {
  private static final String CONTENT = "a package";
  private static final Pin PIN =
      new Pin(
          "libc6",
          "2.41-12",
          "amd64",
          "debian",
          "pool/libc6.deb",
          Digest.of(CONTENT.getBytes(StandardCharsets.UTF_8)));

  @TempDir Path cache;
  private final List<String> asked = new ArrayList<>();

  @Test
  void whatIsFetchedOnceStaysAndIsNotFetchedAgain() throws IOException {
    Downloads downloads =
        downloads((address, file) -> {
          asked.add(address);
          Files.writeString(file, CONTENT);
        });

    assertThat(downloads.fetch(PIN)).hasContent(CONTENT);
    assertThat(downloads.fetch(PIN)).hasContent(CONTENT);
    assertThat(asked).containsExactly("http://mirror.test/debian/pool/libc6.deb");
  }

  @Test
  void aDamagedFileInTheCacheIsFetchedAnew() throws IOException {
    Downloads downloads = downloads((address, file) -> Files.writeString(file, CONTENT));
    Files.writeString(downloads.fetch(PIN), "damaged");

    assertThat(downloads.fetch(PIN)).hasContent(CONTENT);
  }

  @Test
  void anOlderPackageIsLookedForInTheArchiveOfOldOnes() throws IOException {
    Downloads downloads =
        downloads((address, file) -> {
          if (address.startsWith("http://mirror.test/")) {
            throw new IOException("HTTP status 404");
          }
          asked.add(address);
          Files.writeString(file, CONTENT);
        });

    assertThat(downloads.fetch(PIN)).hasContent(CONTENT);
    assertThat(asked).allMatch(one -> one.contains("/debian/20260101T000000Z/pool/libc6.deb"));
  }

  @Test
  void whatIsGoneOrAnotherIsNamedWithTheCommandThatHelps() {
    Downloads downloads =
        downloads((address, file) -> {
          if (address.startsWith("http://mirror.test/")) {
            Files.writeString(file, "something else");
          } else {
            throw new IOException("HTTP status 404");
          }
        });

    assertThatThrownBy(() -> downloads.fetch(PIN))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("libc6 2.41-12 (amd64)")
        .hasMessageContaining("sha256 is")
        .hasMessageContaining("HTTP status 404")
        .hasMessageContaining("renew-the-pins");
    assertThat(cache).isEmptyDirectory();
  }

  private Downloads downloads(Transfer transfer) {
    DebianMirrors mirrors =
        new DebianMirrors(Optional.of("http://mirror.test"), "20260101T000000Z");
    return new Downloads(cache, mirrors, transfer, "renew-the-pins");
  }
}
