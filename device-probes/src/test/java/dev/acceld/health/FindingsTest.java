package dev.acceld.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Metric;
import dev.acceld.device.MetricDimension;
import dev.acceld.device.Sample;
import dev.acceld.health.nvidia.NvidiaHealthRules;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FindingsTest {
  private final Sample.Builder sample = new Sample.Builder();

  private List<Finding> found() {
    return Findings.of(sample.build(), Map.of(), new NvidiaHealthRules());
  }

  private Finding only() {
    assertThat(found()).hasSize(1);
    return found().getFirst();
  }

  private void reason(String name) {
    sample.put(Metric.CLOCK_REASON, MetricDimension.REASON.names().indexOf(name), 1);
  }

  @Test
  void aDeviceAsItShouldBeHasNone() {
    assertThat(found()).isEmpty();
    sample.put(Metric.ECC_UNCORRECTED, 0).put(Metric.ROW_REMAP_PENDING, 0);
    sample.put(Metric.RECOVERY_ACTION, 0).put(Metric.FABRIC_STATE, 3).put(Metric.FABRIC_STATUS, 0);
    sample.put(Metric.NVLINK_UP, 0, 1).put(Metric.NVLINK_REPLAYS, 0, 0);
    sample.put(Metric.FABRIC_PROBLEM, 0, 0);
    reason("idle");
    assertThat(found()).isEmpty();
  }

  @Test
  void eachXidSaysWhatItMeansAndWhatToDoAndThen() {
    assertThat(
            Findings.of(
                sample.build(),
                Map.of(NvidiaHealthRules.xid(31), 3L, NvidiaHealthRules.xid(79), 1L),
                new NvidiaHealthRules()))
        .containsExactly(
            new Finding(
                "xid-31",
                "XID 31, 3 times since the agent started: MMU page fault",
                "restart the application; check the application; if only one GPU is affected,"
                    + " suspect the GPU"),
            new Finding(
                "xid-79",
                "XID 79 since the agent started: GPU has fallen off the bus",
                "reboot the node; if it recurs, contact NVIDIA support"));
  }

  @Test
  void memoryErrorsSayWhere() {
    sample.put(Metric.ECC_UNCORRECTED, 3);
    sample.put(Metric.ECC_UNCORRECTED_AT, 2, 1).put(Metric.ECC_UNCORRECTED_AT, 6, 2);
    assertThat(only().message())
        .isEqualTo("3 uncorrected memory errors since the driver was loaded (dram 1, sram 2)");
  }

  @Test
  void memoryThatIsWornAsksForAResetOrForService() {
    sample.put(Metric.ROW_REMAP_PENDING, 1);
    assertThat(only().advice()).isEqualTo("reset the device");
    sample.put(Metric.ROW_REMAP_PENDING, 0).put(Metric.ROW_REMAP_FAILED, 1);
    assertThat(only().advice()).isEqualTo("have the hardware serviced");
    sample.put(Metric.ROW_REMAP_FAILED, 0).put(Metric.RETIRED_PAGES_PENDING, 1);
    assertThat(only().advice()).isEqualTo("reboot the node");
  }

  @Test
  void linksAreNamedWithTheirErrors() {
    sample.put(Metric.NVLINK_UP, 3, 0).put(Metric.NVLINK_UP, 7, 1);
    sample.put(Metric.NVLINK_CRC_ERRORS, 7, 31).put(Metric.NVLINK_REPLAYS, 7, 4);
    assertThat(found())
        .extracting(Finding::message)
        .containsExactly(
            "NVLinks that are not active: 3",
            "errors on NVLinks since the driver was loaded: link 7: 31 CRC errors, 4 replays");
  }

  @Test
  void theFabricSaysWhatIsWrongWithIt() {
    sample.put(Metric.FABRIC_STATE, 2);
    assertThat(only().message()).contains("not joined");
    sample.put(Metric.FABRIC_STATE, 3).put(Metric.FABRIC_PROBLEM, 2, 1);
    assertThat(only().message()).isEqualTo("the NVLink fabric is unhealthy: route-unhealthy");
  }

  @Test
  void clocksThatAreHeldDownSayWhy() {
    reason("software-power-cap");
    assertThat(only().signal()).isEqualTo("throttled-power");
    sample.clear();
    reason("hardware-thermal");
    reason("hardware-slowdown");
    assertThat(only().signal()).isEqualTo("throttled-heat");
    sample.clear();
    reason("power-brake");
    reason("hardware-slowdown");
    assertThat(only().signal()).isEqualTo("throttled-power-brake");
    sample.clear();
    reason("hardware-slowdown");
    assertThat(only().signal()).isEqualTo("throttled-hardware");
  }

  @Test
  void whatTheDriverAsksForComesFirst() {
    sample.put(Metric.RECOVERY_ACTION, 4).put(Metric.ECC_UNCORRECTED, 1);
    assertThat(found())
        .extracting(Finding::signal)
        .containsExactly("recovery-action", "ecc-uncorrected");
    assertThat(found().getFirst().advice()).isEqualTo("drain the GPU, then reset it");
  }
}
