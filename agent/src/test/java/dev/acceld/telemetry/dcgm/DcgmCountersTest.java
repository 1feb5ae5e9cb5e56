package dev.acceld.telemetry.dcgm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Counter files as people have them. */
class DcgmCountersTest {
  private static final Set<String> KNOWN =
      Set.of("DCGM_FI_DEV_SM_CLOCK", "DCGM_FI_DEV_DEC_UTIL", "DCGM_FI_DEV_SM_CLOCK_HERTZ");

  @TempDir private Path dir;

  private DcgmCounters read(String text) throws IOException {
    return DcgmCounters.read(Files.writeString(dir.resolve("c.csv"), text), KNOWN);
  }

  @Test
  void fieldsCommentsAndWhatIsNotServed() throws IOException {
    DcgmCounters counters =
        read(
            """
            # Format
            DCGM_FI_DEV_SM_CLOCK,  gauge, SM clock frequency (in MHz), boosted.
            DCGM_FI_DEV_DEC_UTIL ,     gauge, "Decoder utilization."
              # DCGM_FI_DEV_SM_CLOCK_HERTZ, gauge, commented

            DCGM_FI_DRIVER_VERSION, label, Driver Version
            DCGM_FI_DEV_SERIAL, label, Serial
            DCGM_FI_DEV_VGPU_LICENSE_STATUS, gauge, vGPU License status
            DCGM_EXP_XID_ERRORS_COUNT, gauge, XIDs
            DCGM_FI_DEV_SM_CLOCK, gauge, again
            DCGM_FI_DEV_DEC_UTIL, number, x
            nonsense
            """);
    assertThat(counters.help())
        .containsOnlyKeys("DCGM_FI_DEV_SM_CLOCK", "DCGM_FI_DEV_DEC_UTIL")
        .containsEntry("DCGM_FI_DEV_SM_CLOCK", "SM clock frequency (in MHz), boosted.")
        .containsEntry("DCGM_FI_DEV_DEC_UTIL", "Decoder utilization.");
    assertThat(counters.left())
        .containsExactly(
            "DCGM_FI_DEV_SERIAL (not available as a label)",
            "DCGM_FI_DEV_VGPU_LICENSE_STATUS (not available)",
            "DCGM_EXP_XID_ERRORS_COUNT (not available)",
            "line 10 (DCGM_FI_DEV_SM_CLOCK is there twice)",
            "DCGM_FI_DEV_DEC_UTIL (the type 'number' is unknown; use gauge or counter)",
            "line 12 (it is not FIELD, type, help)");
    assertThat(counters.sentence())
        .startsWith("2 fields of ")
        .contains("remove the others", "DCGM_FI_DEV_VGPU_LICENSE_STATUS");
  }

  @Test
  void theFileDecidesWhichFieldsAreServedUnderWhicheverNames() throws IOException {
    DcgmSelection selection =
        new DcgmSelection(
            DcgmNames.CLASSIC,
            Optional.of(
                read("DCGM_FI_DEV_SM_CLOCK_HERTZ, gauge, Clock\nDCGM_FI_DEV_DEC_UTIL, gauge,\n")));
    assertThat(selection.has("DCGM_FI_DEV_SM_CLOCK_HERTZ")).isTrue();
    assertThat(selection.has("DCGM_FI_DEV_SM_CLOCK")).isFalse();
    assertThat(selection.help("DCGM_FI_DEV_SM_CLOCK_HERTZ", "own")).isEqualTo("Clock");
    assertThat(selection.help("DCGM_FI_DEV_DEC_UTIL", "own")).isEqualTo("own");
  }

  @Test
  void aFileThatCannotBeReadIsNamedWithTheRemedy() {
    assertThatIOException()
        .isThrownBy(() -> DcgmCounters.read(dir.resolve("none.csv"), KNOWN))
        .withMessageContaining("none.csv")
        .withMessageContaining("no such file")
        .withMessageContaining("FIELD, type, help");
  }
}
