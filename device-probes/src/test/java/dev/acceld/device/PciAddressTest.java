package dev.acceld.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PciAddressTest {
  /** The domain has four digits, and more only where it needs them. */
  @ParameterizedTest
  @CsvSource({
    "0000:00:00.0, 0000:00:00",
    "0000:17:1f.7, 0000:17:1f",
    "0abc:FF:0A.3, 0abc:ff:0a",
    "10000:01:00.0, 10000:01:00",
    "00000017:00:00.0, 0017:00:00",
    "ffffffff:ff:1f.7, ffffffff:ff:1f",
  })
  void isWrittenAsTheKernelDoes(String text, String slot) {
    PciAddress address = PciAddress.parse(text).orElseThrow();
    assertThat(address.slot()).isEqualTo(slot);
    assertThat(address).hasToString(slot + text.substring(text.indexOf('.')));
  }
}
