package dev.acceld.probe.intel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.vendor.KernelMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class XeKernelLinesTest {
  private final XeKernelLines lines = new XeKernelLines();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "xe 0000:03:00.0: [drm] *ERROR* CRITICAL: Xe has declared device 0000:03:00.0 as wedged."
            + "|xe-wedged",
        "xe 0000:03:00.0: [drm] device wedged, needs recovery|xe-wedged",
        "xe 0000:03:00.0: [drm] GT0: trying reset from guc_exec_queue_timedout_job [xe]|xe-reset",
        "xe 0000:03:00.0: [drm] Tile0: GT0: reset started|xe-reset",
        "i915 0000:03:00.0: [drm] GPU HANG: ecode 12:1:85dffffb, in foo [123]|i915-reset",
        "xe 0000:03:00.0: [drm] Xe device coredump has been created|xe"
      })
  void aLineIsReadWithItsDevice(String line, String rule) {
    KernelMessage message = lines.read(line).orElseThrow();
    assertThat(message.rule()).isEqualTo(rule);
    assertThat(message.about().orElseThrow()).hasToString("0000:03:00.0");
  }

  @Test
  void anotherDriversLineIsNone() {
    assertThat(lines.read("e1000e 0000:03:00.0: [drm] no")).isEmpty();
  }
}
