package dev.acceld.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.agent.cli.text.Quantity;
import dev.acceld.agent.cli.text.ReadingGroup;
import dev.acceld.device.Metric;
import dev.acceld.device.MetricDimension;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code acceld devices NAME} prints. */
class DeviceDetailsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static String printed(String json) throws Exception {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    JsonNode device = JSON.readTree(json);
    DeviceDetails.print(device, out);
    out.flush();
    return text.toString();
  }

  @ParameterizedTest
  @CsvSource({
    "UTILIZATION, 0.57, 57%",
    "UTILIZATION, 0.005, 0.5%",
    "UTILIZATION, 0, 0%",
    "MEMORY_USED, 75161927680, 70 GiB",
    "MEMORY_TOTAL, 85520809984, 79.6 GiB",
    "MEMORY_USED, 4194304, 0.0039 GiB",
    "PCIE_SENT_RATE, 1e9, 0.9 GiB/s",
    "TEMPERATURE, 61, 61 °C",
    "TEMPERATURE_MARGIN, -3, -3 °C",
    "POWER, 412.512, 412.5 W",
    "ENERGY, 1234567.89, 1234.6 kJ",
    "SM_CLOCK, 1.98e9, 1980 MHz",
    "THROTTLED, 2.5, 2.5 s",
    "ECC_CORRECTED, 12, 12",
    "PERFORMANCE_STATE, 0, 0",
    "NVLINK_SENT, 1e15, 931322.6 GiB"
  })
  void everyValueHasItsUnit(Metric metric, double value, String text) {
    assertThat(Quantity.of(metric, value)).isEqualTo(text);
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void everyMetricHasAGroupAndALine(Metric metric) throws Exception {
    String id = metric.id(metric.parts().count() - 1);
    String text = printed("{\"readings\":{\"" + id + "\":1}}");
    assertThat(text).contains(ReadingGroup.of(metric).heading() + System.lineSeparator() + "  ");
    boolean named = metric.parts() != MetricDimension.WHOLE && metric.unit() == Metric.Unit.NONE;
    assertThat(text)
        .contains(
            metric == Metric.NVLINK_UP
                ? "1 of 1"
                : named
                    ? metric.parts().names().getLast()
                    : FLAGS.getOrDefault(metric, Quantity.of(metric, 1)));
  }

  private static final Map<Metric, String> FLAGS =
      Map.of(
          Metric.SRAM_THRESHOLD_EXCEEDED, "SRAM threshold exceeded     yes",
          Metric.ROW_REMAP_PENDING, "row remap pending           yes",
          Metric.ROW_REMAP_FAILED, "row remap failed            yes",
          Metric.RETIRED_PAGES_PENDING, "retired pages pending       yes",
          Metric.XID_HEARD, "XID events                  yes",
          Metric.RECOVERY_ACTION, "recovery action             reset the GPU");

  @Test
  void namesAreSpelledAsTheFieldDoes() throws Exception {
    assertThat(
            printed(
                """
                {"uuid":"GPU-1","pciBusId":"0000:17:00.0","numaNode":0,"present":true,
                 "readings":{"fp64_active":0.5,"jpeg_utilization":0,"power_limit_least":200,
                   "tensor_hmma_active":0,"recovery_action":0,"xid_heard":0}}
                """))
        .contains("UUID  ", "PCI  ", "NUMA node  ", "FP64 active  ", "JPEG utilization  ")
        .contains("power limit minimum  ", "tensor HMMA active  ")
        .containsPattern("present +yes\\n")
        .containsPattern("recovery action +none\\n")
        .containsPattern("XID events +no\\n");
  }

  @Test
  void readingsAreInGroupsTimesToTheSecondAndPartsAreCounted() throws Exception {
    String text =
        printed(
            """
            {"name":"gpu-0a1b2c3d","alias":"gpu-5","memoryBytes":85520809984,"health":"unhealthy",
             "reasons":[{"since":"2026-11-28T03:44:12.123456789Z","message":"broken","action":"reset"}],
             "readings":{"power":412.5,"memory_used":75161927680,"temperature":61,
               "nvlink_up.0":1,"nvlink_up.1":0,"nvlink_up.2":1,
               "clock_reason.idle":0,"clock_reason.software-power-cap":1,
               "ecc_corrected_at.dram":3,"ecc_corrected_at.sram":0,"fabric_problem.route-unhealthy":0,
               "of_a_newer_agent":7}}
            """);
    assertThat(text)
        .contains("since 2026-11-28T03:44:12Z: broken")
        .containsPattern("(?m)^name +gpu-0a1b2c3d\nalias +gpu-5$")
        .containsPattern("memory +79.6 GiB\n")
        .containsPattern("(?m)^memory\n  memory used +70 GiB$")
        .containsPattern("(?m)^power\n  power +412.5 W$")
        .containsPattern("(?m)^NVLink\n  up +2 of 3$")
        .containsPattern("clock reason +software-power-cap\n")
        .containsPattern("ECC corrected at +dram: 3\n")
        .containsPattern("problem +none\n")
        .containsPattern("(?m)^others\n  of_a_newer_agent +7$");
    assertThat(
            Stream.of("\nmemory\n", "\ntemperature\n", "\npower\n", "\nclocks\n", "\nerrors\n")
                .map(text::indexOf)
                .toList())
        .isSorted()
        .doesNotContain(-1);
  }
}
