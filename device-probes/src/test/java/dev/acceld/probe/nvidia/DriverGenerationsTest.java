package dev.acceld.probe.nvidia;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Device;
import dev.acceld.device.MetricDimension;
import dev.acceld.device.Sample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Which readings there are with which driver on which GPU, exactly: what a driver cannot tell is
 * absent, and nothing is made up. The first driver of a field or function is the one whose nvml.h
 * has it first.
 */
class DriverGenerationsTest {
  @TempDir Path dir;

  /** What each GPU from Volta on tells, whatever the driver from 470 on. */
  private static final String ALWAYS =
      """
      utilization memory_utilization encoder_utilization decoder_utilization
      xid_heard memory_used memory_free memory_total bar1_used bar1_free bar1_total processes process_memory
      temperature temperature_threshold.shutdown temperature_threshold.slowdown
      power power_limit energy sm_clock memory_clock video_clock performance_state
      clock_reason.idle clock_reason.application-clocks clock_reason.software-power-cap
      clock_reason.hardware-slowdown clock_reason.sync-boost clock_reason.software-thermal
      clock_reason.hardware-thermal clock_reason.power-brake clock_reason.display
      throttled.power throttled.thermal throttled.sync-boost throttled.board-limit
      throttled.low-utilization throttled.reliability
      ecc_corrected ecc_uncorrected ecc_corrected_lifetime ecc_uncorrected_lifetime
      ecc_corrected_at.dram ecc_uncorrected_at.dram
      pcie_replays pcie_generation pcie_width
      """;

  /** What the kernel counts, where the driver does not tell of its own counters. */
  private static final String AER =
      """
      pcie_errors.correctable pcie_errors.receiver pcie_errors.bad-tlp pcie_errors.bad-dllp
      pcie_errors.non-fatal pcie_errors.fatal pcie_errors.unsupported-request
      """;

  private static final String HBM = "memory_temperature temperature_threshold.memory";

  /** Chips that tell more than DRAM and SRAM apart; the last with page retirement. */
  private static final String VOLTA =
      """
      ecc_corrected_at.l1 ecc_uncorrected_at.l1 ecc_corrected_at.l2 ecc_uncorrected_at.l2
      ecc_corrected_at.registers ecc_uncorrected_at.registers
      ecc_corrected_at.texture ecc_uncorrected_at.texture ecc_uncorrected_at.cbu
      retired_pages.single-bit retired_pages.double-bit retired_pages_pending
      """;

  private static final String AMPERE =
      """
      ecc_corrected_at.sram ecc_uncorrected_at.sram
      remapped_rows_correctable remapped_rows_uncorrectable row_remap_pending row_remap_failed
      """;

  private static final String BANKS =
      "memory_banks.all memory_banks.many memory_banks.some memory_banks.few memory_banks.none";

  /** The rates are GPM's where there is GPM, else made of what the links count. */
  private static final String LINKS =
      "nvlink_up nvlink_sent nvlink_received nvlink_sent_rate nvlink_received_rate";

  private static final String LINKS_4 = "nvlink_crc_errors nvlink_replays nvlink_recoveries";

  private static final String GPM =
      """
      graphics_active sm_active sm_occupancy integer_active tensor_active tensor_dfma_active
      tensor_hmma_active tensor_imma_active fp64_active fp32_active fp16_active dram_active
      pcie_sent_rate pcie_received_rate
      """;

  /** What came with which driver: for all GPUs, for Ampere and newer, for those with a fabric. */
  private record Since(int branch, String all, String ampere, String ada, String fabric) {}

  private static final List<Since> SINCE =
      List.of(
          new Since(510, "memory_reserved", "", "", ""),
          new Since(525, "", "", "", "fabric_state fabric_status"),
          new Since(
              535,
              """
              power_average power_limit_default power_limit_least power_limit_most
              pcie_errors.correctable pcie_errors.nak-received pcie_errors.receiver
              pcie_errors.bad-tlp pcie_errors.nak-sent pcie_errors.bad-dllp pcie_errors.non-fatal
              pcie_errors.fatal pcie_errors.unsupported-request pcie_errors.lcrc pcie_errors.lane
              """,
              "jpeg_utilization ofa_utilization",
              "",
              ""),
          new Since(
              550,
              "pcie_sent pcie_received",
              """
              sram_uncorrected.l2 sram_uncorrected.sm sram_uncorrected.pcie
              sram_uncorrected.microcontroller sram_uncorrected.other sram_threshold_exceeded
              """,
              "",
              """
              fabric_problem.degraded-bandwidth fabric_problem.route-recovery
              fabric_problem.route-unhealthy fabric_problem.access-timeout-recovery
              fabric_problem.incorrect-configuration
              """),
          new Since(570, "recovery_action", "", "temperature_margin", ""),
          new Since(
              575,
              "throttled.software-thermal throttled.hardware-thermal throttled.power-brake",
              "",
              "",
              ""),
          new Since(580, "", "", "", "fabric_health"));

  static List<Arguments> generations() {
    List<Arguments> all = new ArrayList<>();
    for (String driver :
        List.of(
            "470.256.02",
            "510.108.03",
            "515.105.01",
            "525.147.05",
            "535.261.03",
            "550.163.01",
            "560.35.03",
            "570.172.08",
            "575.57.08",
            "580.159.04",
            "595.71.05",
            "610.43.02",
            "620.30.01")) {
      int branch = Integer.parseInt(driver.substring(0, 3));
      all.add(
          Arguments.of("v100x4", driver, expected(branch, 5, ALWAYS, HBM, VOLTA, LINKS, LINKS_4)));
      all.add(
          Arguments.of(
              "a100x8", driver, expected(branch, 7, ALWAYS, HBM, AMPERE, BANKS, LINKS, LINKS_4)));
      if (branch >= 525) {
        all.add(Arguments.of("l4x1", driver, expected(branch, 8, ALWAYS, AMPERE)));
        all.add(
            Arguments.of(
                "h100x8",
                driver,
                expected(branch, 9, true, ALWAYS, HBM, AMPERE, BANKS, LINKS, LINKS_4, GPM)));
      }
      if (branch >= 570) {
        all.add(Arguments.of("gb200x4", driver, blackwell(branch)));
      }
    }
    return all;
  }

  private static Set<String> blackwell(int branch) {
    Set<String> ids =
        expected(
            branch,
            10,
            true,
            ALWAYS,
            HBM,
            AMPERE,
            BANKS,
            LINKS,
            "nvlink_recoveries nvlink_packet_errors nvlink_recovery_failures",
            GPM);
    if (branch >= 580) {
      ids.addAll(List.of("repair_pending.memory-channel", "repair_pending.tpc"));
    }
    return ids;
  }

  private static Set<String> expected(int branch, int architecture, String... groups) {
    return expected(branch, architecture, false, groups);
  }

  private static Set<String> expected(
      int branch, int architecture, boolean fabric, String... groups) {
    Set<String> ids = new TreeSet<>(describe(AER));
    for (String group : groups) {
      ids.addAll(describe(group));
    }
    for (Since since : SINCE) {
      if (branch >= since.branch) {
        ids.addAll(describe(since.all));
        ids.addAll(describe(architecture >= 7 ? since.ampere : ""));
        ids.addAll(describe(architecture >= 8 ? since.ada : ""));
        ids.addAll(describe(fabric ? since.fabric : ""));
      }
    }
    return ids;
  }

  private static List<String> describe(String text) {
    return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+", -1));
  }

  @ParameterizedTest(name = "{0} with {1}")
  @MethodSource("generations")
  void tellsWhatItHasAndNothingElse(String name, String driver, Set<String> expected)
      throws Exception {
    Machine machine = new Machine(dir.resolve("m"), Machine.withDriver(name, driver, List.of()));
    try (NvidiaProbe probe = machine.probe()) {
      List<Device> devices = probe.discover().devices();
      probe.read(devices);
      Thread.sleep(110); // GPM needs two samples apart
      Sample sample = probe.read(devices).of(devices.getFirst().name());
      assertThat(ids(sample)).isEqualTo(expected);
      assertThat(probe.signals()).as("signs of trouble").isEmpty();
    }
  }

  /** Links are all alike. */
  private static Set<String> ids(Sample sample) {
    Set<String> ids = new TreeSet<>();
    sample.visit((metric, part, value) -> {
      String id = metric.id(part);
      ids.add(metric.parts() == MetricDimension.LINK ? id.substring(0, id.indexOf('.')) : id);
    });
    return ids;
  }
}
