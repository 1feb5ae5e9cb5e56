package dev.acceld.dra.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CdiDirectoryTest {
  private static final String FILE = "acceld.dev-claim_1.json";

  @TempDir Path dir;

  private boolean taken(String text, Charset charset) throws IOException {
    CdiDirectory cdi = new CdiDirectory(dir);
    cdi.write(FILE, text.getBytes(charset));
    return cdi.text(FILE).filter(text::equals).isPresent();
  }

  @Test
  void onlyAFileThatContainerRuntimesReadIsReadBack() throws IOException {
    assertThat(taken("{\"kind\":\"ä\"}\n", StandardCharsets.UTF_8)).isTrue();
    assertThat(taken("{\"kind\":", StandardCharsets.UTF_8)).isFalse();
    assertThat(taken("{}{}", StandardCharsets.UTF_8)).isFalse();
    assertThat(taken("{\"kind\":\"ä\"}", StandardCharsets.ISO_8859_1)).isFalse();
    assertThat(taken("{}", StandardCharsets.UTF_16LE)).isFalse();
    assertThat(taken("\ufeff{}", StandardCharsets.UTF_8)).isFalse();
  }
}
