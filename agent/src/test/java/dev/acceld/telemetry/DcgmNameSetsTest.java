package dev.acceld.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.telemetry.dcgm.DcgmNames;
import dev.acceld.telemetry.dcgm.DcgmSelection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** dcgm-exporter's series under its old names, its new ones, and both. */
class DcgmNameSetsTest {
  private static final Pattern SAMPLE =
      Pattern.compile("(?m)^(DCGM_\\w+)\\{(.*GPU-0a1b2c3d-0000-4000-8000-000000000000.*)} (\\S+)$");

  private final SmallMachine machine = new SmallMachine();

  private String scrape(DcgmNames names) {
    TelemetrySettings settings =
        TelemetrySettings.of("node-1", "acceld.dev", "0.1.0")
            .with(new DcgmSelection(names, Optional.empty()));
    try (Telemetry telemetry = new Telemetry(settings)) {
      machine.bind(telemetry);
      return SmallMachine.text(telemetry);
    }
  }

  private static Map<String, Double> values(String text) {
    Map<String, Double> values = new TreeMap<>();
    Matcher sample = SAMPLE.matcher(text);
    while (sample.find()) {
      assertThat(values.put(sample.group(1), Double.valueOf(sample.group(3)))).isNull();
    }
    return values;
  }

  @Test
  void eachValueHasOneNameInEachSetAndTwoInBoth() {
    Map<String, Double> classic = values(scrape(DcgmNames.CLASSIC));
    Map<String, Double> renamed = values(scrape(DcgmNames.DCGM_4_7));
    Set<String> expected = new TreeSet<>();
    classic.keySet().forEach(name -> expected.add(DcgmNames.renamed(name)));
    assertThat(classic).hasSizeGreaterThan(20);
    assertThat(renamed.keySet()).isEqualTo(expected);
    Map<String, Double> both = new TreeMap<>(classic);
    both.putAll(renamed);
    assertThat(values(scrape(DcgmNames.BOTH))).isEqualTo(both);
  }

  @Test
  void theNewNamesHaveBaseUnits() {
    Map<String, Double> classic = values(scrape(DcgmNames.CLASSIC));
    Map<String, Double> renamed = values(scrape(DcgmNames.DCGM_4_7));
    assertThat(classic.get("DCGM_FI_DEV_SM_CLOCK")).isEqualTo(1980);
    assertThat(renamed.get("DCGM_FI_DEV_SM_CLOCK_HERTZ")).isEqualTo(1.98e9);
    assertThat(classic.get("DCGM_FI_DEV_GPU_UTIL")).isEqualTo(93);
    assertThat(renamed.get("DCGM_FI_DEV_GPU_UTIL_RATIO")).isEqualTo(0.93);
    assertThat(classic.get("DCGM_FI_DEV_FB_USED")).isEqualTo(70_000);
    assertThat(renamed.get("DCGM_FI_DEV_FB_USED_BYTES")).isEqualTo(70_000.0 * (1 << 20));
    assertThat(renamed.get("DCGM_FI_DEV_FB_CAPACITY_BYTES")).isEqualTo(80.0 * (1L << 30));
    assertThat(classic.get("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION")).isEqualTo(1_234_567);
    assertThat(renamed.get("DCGM_FI_DEV_GPU_ENERGY_JOULES_TOTAL")).isEqualTo(1234.567);
    assertThat(classic.get("DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL")).isEqualTo(64);
    assertThat(renamed.get("DCGM_FI_DEV_NVLINK_THROUGHPUT_BYTES_PER_SECOND"))
        .isEqualTo(64.0 * (1 << 20));
    assertThat(renamed.get("DCGM_FI_PROF_TENSOR_UTIL_RATIO")).isEqualTo(0.31);
  }

  @Test
  void labelsFollowTheNames() {
    String old = "DCGM_FI_DRIVER_VERSION=\"580.159.04\",Hostname=\"node-1\"";
    String now = "DCGM_FI_SYSTEM_DRIVER_VERSION=\"580.159.04\"";
    assertThat(scrape(DcgmNames.CLASSIC))
        .contains("DCGM_FI_DEV_SM_CLOCK{" + old)
        .contains("pod=\"train-0\",pod_uid=\"pod-uid-1\"")
        .doesNotContain(now);
    assertThat(scrape(DcgmNames.DCGM_4_7))
        .contains("DCGM_FI_DEV_FABRIC_MANAGER_STATUS{" + now)
        .contains("hostname=\"node-1\"")
        .doesNotContain(old)
        .doesNotContain("Hostname=");
    assertThat(scrape(DcgmNames.BOTH))
        .contains("DCGM_FI_DEV_SM_CLOCK{" + old)
        .contains("DCGM_FI_DEV_SM_CLOCK_HERTZ{" + now)
        .contains("DCGM_FI_DEV_FABRIC_MANAGER_STATUS{" + old);
  }
}
