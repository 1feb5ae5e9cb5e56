package dev.acceld.image.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.image.ImageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PinFileTest {
  private static final Path FILE = Path.of("pins.txt");
  private static final String DIGEST = "0123456789abcdef".repeat(4);
  private static final String LINE = "libc6 2.41-12 amd64 debian pool/libc6.deb " + DIGEST;

  @Test
  void aNewPinTakesTheLineOfTheOldOneAndRemarksStay() {
    PinFile file = parse("# remark", "as-of 20260101T000000Z", LINE, "");
    Pin renewed = new Pin("libc6", "2.41-13", "amd64", "debian", "pool/new.deb", DIGEST);

    PinFile written = file.with(List.of(renewed), "20260202T000000Z");

    assertThat(written.lines())
        .containsExactly(
            "# remark",
            "as-of 20260202T000000Z",
            "libc6 2.41-13 amd64 debian pool/new.deb " + DIGEST,
            "");
    assertThat(written.pins()).containsExactly(renewed);
  }

  @Test
  void whatIsNoPinIsNamedByItsLine() {
    assertThatThrownBy(() -> parse("as-of 20260101T000000Z", LINE, "libc6 2.41-12 amd64"))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("line 3")
        .hasMessageContaining("libc6 2.41-12 amd64");
  }

  @Test
  void withoutTimeTheArchiveOfOldPackagesCannotBeAsked() {
    assertThatThrownBy(() -> parse(LINE)).hasMessageContaining("as-of");
  }

  @Test
  void thePinsOfThisModuleAreCompleteForBothArchitectures() throws IOException {
    PinFile file = PinFile.read(Path.of(""));

    assertThat(file.pins())
        .extracting(pin -> pin.name() + " " + pin.architecture())
        .contains("libc6 amd64", "libgcc-s1 amd64", "libc6 arm64", "openjdk-25-jre-headless arm64")
        .doesNotHaveDuplicates();
  }

  private static PinFile parse(String... lines) {
    return PinFile.parse(FILE, List.of(lines));
  }
}
