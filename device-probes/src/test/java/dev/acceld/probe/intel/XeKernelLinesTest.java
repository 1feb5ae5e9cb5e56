package dev.acceld.probe.intel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.health.intel.IntelHealthRules;
import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.KernelMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class XeKernelLinesTest {
  private final XeKernelLines lines = new XeKernelLines();

  /** The rule of each line, and the fault that it is, if it is one. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "xe 0000:03:00.0: [drm] *ERROR* CRITICAL: Xe has declared device 0000:03:00.0 as wedged."
            + "|xe-wedged|intel-gpu-wedged",
        "xe 0000:03:00.0: [drm] device wedged, needs recovery|xe-wedged|",
        "i915 0000:03:00.0: [drm] device wedged, needs recovery|i915-wedged|intel-gpu-wedged",
        "i915 0000:03:00.0: [drm] device wedged, but recovered through reset|i915-reset|",
        "xe 0000:03:00.0: [drm] device wedged, but no recovery needed|xe-reset|",
        "xe 0000:03:00.0: [drm] GT0: trying reset from guc_exec_queue_timedout_job [xe]"
            + "|xe-reset|intel-gpu-hang",
        "xe 0000:03:00.0: [drm] Tile0: GT0: reset started|xe-reset|",
        "i915 0000:03:00.0: [drm] GPU HANG: ecode 12:1:85dffffb, in foo [123]"
            + "|i915-reset|intel-gpu-hang",
        "xe 0000:03:00.0: [drm] *ERROR* [Hardware Error]: TILE0 reported core-compute"
            + " uncorrectable-errors, bit[0] is set"
            + "|xe-hardware-error|intel-gpu-uncorrectable.core-compute",
        "xe 0000:03:00.0: [drm] [Hardware Error]: TILE1 reported soc-internal"
            + " correctable-errors, bit[4] is set"
            + "|xe-hardware-error|intel-gpu-correctable.soc-internal",
        "xe 0000:03:00.0: [drm] *ERROR* [Hardware Error]: Tile0 reported NONFATAL error 0x20000"
            + "|xe-hardware-error|intel-gpu-uncorrectable.nonfatal",
        "xe 0000:03:00.0: [drm] *ERROR* [Hardware Error]: HBM SS0: Channel0 SOC"
            + " uncorrectable-errors detected|xe|",
        "xe 0000:03:00.0: [drm] Xe device coredump has been created|xe|"
      })
  void aLineIsReadWithItsDevice(String line, String rule, String fault) {
    KernelMessage message = lines.read(line).orElseThrow();
    assertThat(message.rule()).isEqualTo(rule);
    assertThat(message.about().orElseThrow()).hasToString("0000:03:00.0");
    assertThat(message.fault().map(FaultCode::signal).orElse(null)).isEqualTo(fault);
  }

  @Test
  void anotherDriversLineIsNone() {
    assertThat(lines.read("e1000e 0000:03:00.0: [drm] no")).isEmpty();
  }

  /** Whoever writes the line chooses its words; a name for a part is never longer than allowed. */
  @Test
  void aLongWordIsNoPart() {
    String word = "a".repeat(60);
    assertThat(
            lines
                .read(
                    "xe 0000:03:00.0: [drm] [Hardware Error]: TILE0 reported "
                        + word
                        + " uncorrectable-errors, bit[0] is set")
                .orElseThrow()
                .fault())
        .isEmpty();
  }

  @Test
  void theFaultsAreOfIntelsRules() {
    assertThat(lines.reason()).isEqualTo(IntelHealthRules.REASON);
  }
}
