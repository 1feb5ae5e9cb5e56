package dev.acceld.probe.nvidia.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NvmlReturnTest {
  @ParameterizedTest
  @EnumSource(NvmlReturn.class)
  void everyCodeIsFoundByItsNumber(NvmlReturn code) {
    assertThat(NvmlReturn.of(code.code())).isEqualTo(code);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 31, 998, 1000, Integer.MIN_VALUE})
  void aNumberThatIsNotInTheListIsUnknown(int code) {
    assertThat(NvmlReturn.of(code)).isEqualTo(NvmlReturn.UNKNOWN);
  }

  @Test
  void aLostGpuDoesNotMakeTheLibraryStale() {
    assertThat(NvmlReturn.GPU_IS_LOST.stale()).isFalse();
    assertThat(NvmlReturn.GPU_IS_LOST.never()).isFalse();
    assertThat(NvmlReturn.LIB_RM_VERSION_MISMATCH.stale()).isTrue();
  }
}
