package dev.acceld.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpAddressTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ":9400 | '' | 9400",
        "127.0.0.1:0 | 127.0.0.1 | 0",
        "[::]:9400 | :: | 9400",
        "[fe80::1]:65535 | fe80::1 | 65535",
        "localhost:80 | localhost | 80",
      })
  void forms(String text, String host, int port) {
    assertThat(HttpAddress.parse(text)).isEqualTo(new HttpAddress(host, port));
    assertThat(HttpAddress.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "9400 | has no ':PORT'",
        "'' | has no ':PORT'",
        ":http | 'http', which is not a number",
        "127.0.0.1: | '', which is not a number",
        ":-1 | outside 0 to 65535",
        ":65536 | outside 0 to 65535",
        "::1:9400 | without brackets",
        "[::1:9400 | between its brackets",
        "[]:9400 | between its brackets",
        "http://127.0.0.1:9400 | without brackets",
      })
  void mistakesAreNamedWithTheRemedy(String text, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HttpAddress.parse(text))
        .withMessageContaining("'" + text + "'")
        .withMessageContaining(why)
        .withMessageContaining("use :9400");
  }

  @ParameterizedTest
  @ValueSource(strings = {":0", "[::]:0"})
  void allInterfaces(String text) throws UnknownHostException {
    assertThat(HttpAddress.parse(text).resolve().getAddress().isAnyLocalAddress()).isTrue();
  }

  @Test
  void oneInterface() throws UnknownHostException {
    assertThat(HttpAddress.parse("127.0.0.1:1").resolve().getAddress().isLoopbackAddress())
        .isTrue();
  }
}
