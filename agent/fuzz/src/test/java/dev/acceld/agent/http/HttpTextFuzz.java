package dev.acceld.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acceld.fuzz.Executions;
import dev.acceld.fuzz.Inputs;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

/** The address to listen on and the header {@code Accept-Encoding}. */
class HttpTextFuzz {
  static List<byte[]> seeds() {
    return Inputs.seeds(
        ":9400",
        "127.0.0.1:0",
        "[::1]:9400",
        "http://x:1",
        "a:+5",
        "gzip;q=0.0, deflate",
        "gz  ip");
  }

  @MethodSource("seeds")
  @FuzzTest
  void input(byte[] bytes) {
    Executions.count();
    String text = Inputs.text(bytes);
    try {
      HttpAddress address = HttpAddress.parse(text);
      assertThat(HttpAddress.parse(address.toString())).isEqualTo(address);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).startsWith("HTTP address '");
    }
    assertThat(Gzip.accepted(text + ",gzip;q=1")).isTrue();
    if (Gzip.accepted(text)) {
      assertThat(text).containsIgnoringCase("gzip");
    }
  }
}
