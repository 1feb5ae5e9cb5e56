package dev.acceld.probe.nvidia.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Memory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumbersTest {
  @Test
  void allBitsAreAbsenceInEveryWidth() {
    assertThat(Numbers.unsigned((short) 0xffff)).isNaN();
    assertThat(Numbers.unsigned(0xffff_ffff)).isNaN();
    assertThat(Numbers.unsigned(0xffff_ffff_ffff_ffffL)).isNaN();
    assertThat(Numbers.signed(-1)).isNaN();
    assertThat(Numbers.signed(-1L)).isNaN();
  }

  @Test
  void whatIsNextToItIsANumber() {
    assertThat(Numbers.unsigned((short) 0xfffe)).isEqualTo(65_534);
    assertThat(Numbers.unsigned(0xffff_fffe)).isEqualTo(4_294_967_294.0);
    assertThat(Numbers.unsigned(0xffff_ffffL)).isEqualTo(4_294_967_295.0);
    assertThat(Numbers.unsigned(-2L)).isEqualTo(0x1p64);
    assertThat(Numbers.signed(-2)).isEqualTo(-2);
    assertThat(Numbers.signed(-2L)).isEqualTo(-2);
  }

  /** Every type of value that nvml.h has; that of a double is no number anyway. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
  void aFieldOfAnyTypeWithAllBitsSetHasNoValue(int type) {
    FieldValues values = new FieldValues(1);
    values.add(FieldId.PCIE_REPLAYS, 0);
    Memory raw = values.memory();
    raw.setInt(Layout.FieldValue.VALUE_TYPE, type);
    raw.setLong(Layout.FieldValue.VALUE, -1);
    assertThat(values.value(0)).isNaN();
  }
}
