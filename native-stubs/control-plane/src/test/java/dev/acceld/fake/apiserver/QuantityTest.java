package dev.acceld.fake.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Quantities as the real API server returns them. */
class QuantityTest {
  @ParameterizedTest
  @CsvSource({
    "81920Mi, 80Gi",
    "81559Mi, 81559Mi",
    "1.5Gi, 1536Mi",
    "7, 7",
    "1000, 1k",
    "1024, 1024",
    "2000M, 2G",
    "0.5, 500m",
    "1500m, 1500m",
    "0, 0"
  })
  void theFormIsTheApiServersOwn(String written, String read) {
    assertThat(Quantity.parse(written).orElseThrow().canonical()).isEqualTo(read);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Gi", "1 Gi", "1gi", "1GiB", "one", "-1", "1Gi "})
  void whatIsNoQuantityIsRefused(String text) {
    assertThat(Quantity.parse(text)).isEmpty();
  }

  @Test
  void amountsAddUpAsWholeNumbers() {
    assertThat(Quantity.parse("2Ki").orElseThrow().whole()).isEqualTo(BigInteger.valueOf(2048));
    assertThat(Quantity.parse("1.5").orElseThrow().whole()).isEqualTo(BigInteger.TWO);
  }
}
