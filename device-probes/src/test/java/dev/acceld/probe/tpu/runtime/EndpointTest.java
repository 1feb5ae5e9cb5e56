package dev.acceld.probe.tpu.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
  @ParameterizedTest
  @CsvSource({"10.4.0.7, 10.4.0.7:8431", "fd00::7, [fd00:0:0:0:0:0:0:7]:8431"})
  void isWrittenAsInAnAddress(String address, String text) {
    assertThat(Endpoint.of(address, Endpoint.DEFAULT_PORT)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "", "metadata.google.internal", "10.4.0.256"})
  void aNameIsRefusedBecauseItWouldHaveToBeResolved(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> Endpoint.of(name, 8431));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 65536})
  void whatIsNoPortIsRefused(int port) {
    assertThatIllegalArgumentException().isThrownBy(() -> Endpoint.of("10.4.0.7", port));
  }

  @Test
  void noHostHasSoManyChips() {
    assertThatIllegalArgumentException().isThrownBy(() -> ExpectedChips.of(0));
    assertThatIllegalArgumentException().isThrownBy(() -> ExpectedChips.of(65));
    assertThatIllegalArgumentException().isThrownBy(() -> ExpectedChips.of(4, 3));
    assertThatIllegalArgumentException().isThrownBy(() -> ExpectedChips.of(4, 0));
  }
}
