package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.agent.config.Setting;
import dev.acceld.device.Gpu;
import dev.acceld.machine.Simulation;
import dev.acceld.machine.tree.PcieErrorFiles.Severity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Signs of trouble, from the driver to whoever has to know: scheduler, Prometheus, a person. */
class SignalsTest {
  private AgentStage stage;
  private Agent agent;
  private Simulation machine;
  private List<String> gpus;
  private final Map<String, String> uuids = new HashMap<>();

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
    agent = stage.ready("a0", Map.of(Setting.MACHINE, "h100x8"));
    machine = Simulation.open(stage.stateDir().resolve("machine"));
    gpus = agent.inventory().devices().stream().map(d -> d.name().value()).toList();
    agent.inventory().devices().forEach(d -> uuids.put(d.name().value(), ((Gpu) d).uuid()));
  }

  /** As the simulated machine calls it. */
  private String uuid(int gpu) {
    return Objects.requireNonNull(uuids.get(gpus.get(gpu)));
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  /**
   * What happens to a GPU and what comes of it.
   *
   * @param taint reason and effect of the taint; empty where there is none
   * @param series a series of that GPU, and its value
   * @param words a pattern in the answer to {@code acceld devices NAME}
   * @param advice the same, of what to do
   * @param end what ends it
   */
  private record Trouble(
      BiConsumer<Simulation, String> begin,
      String taint,
      String series,
      String words,
      String advice,
      BiConsumer<Simulation, String> end) {}

  private static BiConsumer<Simulation, String> set(String key, String value) {
    return (machine, gpu) -> machine.set(gpu, key, value);
  }

  private static final List<Trouble> TROUBLES =
      List.of(
          new Trouble(
              (machine, gpu) -> machine.lose(gpu, true),
              "device-lost NoSchedule",
              "acceld_device_present{DEVICE} 0",
              "the device has disappeared from the bus",
              "reboot the node",
              Simulation::restore),
          new Trouble(
              (machine, gpu) -> machine.lose(gpu),
              "device-lost NoSchedule",
              "acceld_device_health_reason{DEVICE,reason=\"device-lost\"} 1",
              "the device (does not respond|has disappeared|is present but cannot be used)",
              "reboot the node",
              Simulation::restore),
          new Trouble(
              (machine, gpu) -> machine.xid(gpu, 48),
              "xid NoSchedule",
              "acceld_device_xid_errors_total{DEVICE,xid=\"48\"} 1",
              "XID 48 since the agent started: double-bit ECC error",
              "reset the device",
              set("recovery-action", "0")),
          new Trouble(
              set("remap-failure", "1"),
              "row-remap-failed NoSchedule",
              "acceld_device_row_remap_failed{DEVICE} 1",
              "row remapping failed: no spare row is left for a faulty memory row",
              "have the hardware serviced",
              set("remap-failure", "0")),
          new Trouble(
              set("remap-pending", "1"),
              "row-remap-pending None",
              "acceld_device_row_remap_pending{DEVICE} 1",
              "row remapping pending: a faulty memory row is replaced at the next reset",
              "reset the device",
              set("remap-pending", "0")),
          new Trouble(
              set("nvlink-down", "0x8"),
              "nvlink-down None",
              "acceld_device_nvlink_up{DEVICE,link=\"3\"} 0",
              "NVLinks that are not active: 3",
              "check switches, cables and fabric manager",
              set("nvlink-down", "0")),
          new Trouble(
              set("fabric-health", "0x11A9"),
              "fabric None",
              "acceld_device_fabric_problem{DEVICE,problem=\"degraded-bandwidth\"} 1",
              "the NVLink fabric is unhealthy: degraded-bandwidth",
              "check the NVLink fabric",
              set("fabric-health", "auto")),
          new Trouble(
              set("clock-reasons", "0x48"),
              "",
              "acceld_device_clock_reason{DEVICE,reason=\"hardware-thermal\"} 1",
              "clocks are throttled because of temperature",
              "check airflow and cooling",
              set("clock-reasons", "auto")));

  private static final List<Trouble> MORE_TROUBLES =
      List.of(
          new Trouble(
              set("recovery-action", "4"),
              "recovery-action NoSchedule",
              "acceld_device_recovery_action{DEVICE} 4",
              "the driver asks for drain-and-reset",
              "drain the GPU, then reset it",
              set("recovery-action", "0")),
          new Trouble(
              set("ecc-sram-threshold", "1"),
              "sram-errors None",
              "acceld_device_sram_threshold_exceeded{DEVICE} 1",
              "the uncorrected errors of the SRAM exceed the vendor's threshold",
              "have the hardware serviced",
              set("ecc-sram-threshold", "0")),
          new Trouble(
              (machine, gpu) -> machine.xid(gpu, 145),
              "xid NoSchedule",
              "acceld_device_xid_errors_total{DEVICE,xid=\"145\"} 1",
              "XID 145 since the agent started: NVLink 5 error",
              "reset the device; check NVLinks, switches and fabric manager",
              set("recovery-action", "0")),
          new Trouble(
              (machine, gpu) -> machine.links().errors(gpu, Severity.FATAL, 1),
              "aer NoSchedule",
              "acceld_device_health_reason{DEVICE,reason=\"aer\"} 1",
              "fatal PCIe error [(]AER[)]: the link to the device is not reliable until a reset",
              "reset the device",
              Simulation::restore));

  @Test
  void eachSignReachesSchedulerPrometheusAndPersonAndEndsAgain() throws Exception {
    goThrough(TROUBLES);
    goThrough(MORE_TROUBLES);
  }

  private void goThrough(List<Trouble> troubles) throws Exception {
    assertThat(stage.taints()).isEmpty();
    for (int i = 0; i < troubles.size(); i++) {
      troubles.get(i).begin.accept(machine, uuid(i));
    }
    Map<String, String> expected = new HashMap<>();
    for (int i = 0; i < troubles.size(); i++) {
      if (!troubles.get(i).taint.isEmpty()) {
        expected.put(gpus.get(i), troubles.get(i).taint);
      }
    }
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(stage.taints()).isEqualTo(expected));
    for (int i = 0; i < troubles.size(); i++) {
      Trouble trouble = troubles.get(i);
      String gpu = gpus.get(i);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> {
            assertThat(
                    AgentStage.metrics(agent).stream()
                        .anyMatch(line -> isSeries(line, trouble.series, gpu)))
                .as(trouble.series)
                .isTrue();
            assertThat(devices(gpu)).containsPattern(trouble.words);
          });
      assertThat(devices(gpu))
          .containsPattern("(?m)^ *recommended action: .*\\Q" + trouble.advice + "\\E");
    }
    for (int i = 0; i < troubles.size(); i++) {
      troubles.get(i).end.accept(machine, uuid(i));
    }
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(stage.taints()).isEmpty());
  }

  @Test
  void whatIsOnlyWorthKnowingTakesNoGpuAway() throws Exception {
    String gpu = gpus.get(2);
    machine.set(uuid(2), "ecc-uncorrected", "2");
    machine.set(uuid(2), "pcie-fatal", "1");
    machine.set(uuid(2), "nvlink-bad-link", "7");
    machine.set(uuid(2), "nvlink-crc-errors", "31");
    machine.xid(uuid(2), 31);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(devices(gpu))
                .contains("xid-31: XID 31 since the agent started: MMU page fault")
                .contains("ecc-uncorrected: 2 uncorrected memory errors")
                .contains("pcie-fatal: 1 fatal PCIe errors")
                .contains(
                    "nvlink-errors: errors on NVLinks since the driver was loaded: link 7: 31"));
    assertThat(devices(gpu)).containsPattern("health +healthy");
    assertThat(stage.taints()).isEmpty();
  }

  @Test
  void aCallThatHangsTakesItsGpuAwayAndNoOtherUntilItComesBack() throws Exception {
    machine.hang("nvmlDeviceGetUtilizationRates", uuid(5));
    await()
        .atMost(PATIENCE.multipliedBy(2))
        .untilAsserted(() ->
            assertThat(stage.taints())
                .containsExactlyEntriesOf(Map.of(gpus.get(5), "unresponsive NoSchedule")));
    // The others are read on; of the one there are no values.
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(AgentStage.metrics(agent))
                .filteredOn(line -> line.startsWith("acceld_device_utilization_ratio{"))
                .hasSize(7)
                .noneMatch(line -> line.contains(gpus.get(5))));
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(agent.conditions())
                .filteredOn(c -> c.name().equals("probe-nvidia") && !c.ok())
                .singleElement()
                .satisfies(
                    c -> assertThat(c.sentence()).contains(gpus.get(5), "has not returned")));
    assertThat(devices(gpus.get(5)))
        .contains("recommended action: find out why the driver does not respond");
    machine.unhang("nvmlDeviceGetUtilizationRates");
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(stage.taints()).isEmpty());
  }

  /** Whether a line is of that name, with those labels among others, and that value. */
  private static boolean isSeries(String line, String series, String gpu) {
    String name = series.substring(0, series.indexOf('{') + 1);
    String labels = series.substring(name.length(), series.indexOf('}'));
    double value = Double.parseDouble(series.substring(series.indexOf('}') + 1));
    return line.startsWith(name)
        && Double.parseDouble(line.substring(line.lastIndexOf(' '))) == value
        && List.of(labels.replace("DEVICE", "device=\"" + gpu + "\"").split(",", -1)).stream()
            .allMatch(line::contains);
  }

  private String devices(String name) {
    return stage.acceld("devices", name);
  }
}
