package dev.acceld.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the bytes of one file are read. */
class HostFileTest {
  private static final String LINE = "0x00000001 : 0x00001000 : R\n";

  /** Gives whole lines only, and no more than a page at once: amdgpu's list of bad pages. */
  private static final class WholeLines extends InputStream {
    private final byte[] all;
    private int at;

    private WholeLines(int lines) {
      all = LINE.repeat(lines).getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException("one byte is no line");
    }

    @Override
    public int read(byte[] into, int from, int length) {
      int whole = Math.min(length, 4096) / LINE.length() * LINE.length();
      int given = Math.min(whole, all.length - at);
      System.arraycopy(all, at, into, from, given);
      at += given;
      return given == 0 ? -1 : given;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 145, 146, 147, 292, 293, 438, 1000, 9000})
  void aDriverThatWritesWholeLinesIsReadToItsEnd(int lines) throws IOException {
    HostFile.Content content =
        HostFile.Content.of(new WholeLines(lines), new byte[8192], 256 * 1024);
    assertThat(new String(content.bytes(), 0, content.end(), StandardCharsets.US_ASCII))
        .isEqualTo(LINE.repeat(lines));
  }

  @Test
  void noMoreThanTheLimitIsRead() throws IOException {
    HostFile.Content content = HostFile.Content.of(new WholeLines(400), new byte[8192], 5000);
    assertThat(content.end()).isEqualTo(5000 / LINE.length() * LINE.length());
    byte[] buffer = new byte[8192];
    assertThat(HostFile.Content.of(new WholeLines(100), buffer, 8192).bytes()).isSameAs(buffer);
    assertThat(Arrays.copyOf(buffer, 2)).containsExactly('0', 'x');
  }
}
