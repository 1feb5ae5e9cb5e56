package dev.acceld.image.debian;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DebianVersionTest {
  @ParameterizedTest
  @CsvSource({
    "2.41-12, 2.41-12+deb13u1",
    "2.41-9, 2.41-12",
    "2.41-12+deb13u5, 2.41-12+deb13u10",
    "25.0.5+8-1~deb13u1, 25.0.5+8-1",
    "1.3.1-1, 1:1.2.0-1",
    "1:1.3.dfsg-1, 1:1.3.dfsg+really1.3.1-1",
    "1.0~rc1-1, 1.0-1",
    "1.0a-1, 1.0+b-1"
  })
  void theSecondIsNewer(String older, String newer) {
    DebianVersion one = new DebianVersion(older);
    DebianVersion other = new DebianVersion(newer);

    assertThat(one).isLessThan(other);
    assertThat(other).isGreaterThan(one);
    assertThat(one.compareTo(new DebianVersion(older))).isZero();
  }
}
