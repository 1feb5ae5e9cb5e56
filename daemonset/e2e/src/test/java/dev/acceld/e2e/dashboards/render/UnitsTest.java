package dev.acceld.e2e.dashboards.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTest {
  @ParameterizedTest
  @CsvSource({
    "0.425, percentunit, 42.5%",
    "1, percentunit, 100%",
    "85520809984, bytes, 79.6 GiB",
    "12000, Bps, 12 kB/s",
    "2800, watt, 2.8 kW",
    "1980000000, hertz, 1.98 GHz",
    "88, celsius, 88 °C",
    "0.0042, s, 4.2 ms",
    "90, s, 1.5 min",
    "7200, s, 2 hour",
    "0.25, h, 0.25 hour",
    "36, h, 1.5 day",
    "0.5, reqps, 0.5 req/s",
    "1500, short, 1.5 K",
    "100, none, 100",
    "0, none, 0",
    "-3, short, -3",
    "NaN, watt, NaN",
  })
  void asGrafana(double value, String unit, String text) {
    assertThat(Units.text(value, unit, OptionalInt.empty())).isEqualTo(text);
  }

  @Test
  void decimalsThatAreSet() {
    assertThat(Units.text(1.25, "kwatth", OptionalInt.of(3))).isEqualTo("1.250 kWh");
  }

  @Test
  void aUnitThatNobodyDrewIsAnError() {
    assertThatThrownBy(() -> Units.text(1, "furlong", OptionalInt.empty()))
        .hasMessageContaining("furlong");
  }
}
