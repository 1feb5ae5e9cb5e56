package dev.acceld.probe.nvidia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.acceld.device.Device;
import dev.acceld.device.Metric;
import dev.acceld.device.Readings;
import dev.acceld.device.Sample;
import dev.acceld.probe.Releases;
import dev.acceld.probe.nvidia.sampling.GpmMetric;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class NvidiaReadingsTest {
  @TempDir static Path dir;
  private static Machine h100;
  private static Sampler all;

  private final List<NvidiaProbe> open = new ArrayList<>();

  @BeforeAll
  static void makeMachine() throws Exception {
    h100 = new Machine(dir.resolve("h100x8"), "h100x8");
    NvidiaProbe probe = h100.probe();
    all = new Sampler(probe, probe.discover().devices());
  }

  @AfterAll
  static void closeAll() {
    all.probe.close();
  }

  @AfterEach
  void close() throws Exception {
    open.forEach(NvidiaProbe::close);
    h100.reset();
    all.probe.discover();
  }

  private Sampler sampler(Machine machine) throws Exception {
    NvidiaProbe probe = machine.probe();
    open.add(probe);
    return new Sampler(probe, probe.discover().devices());
  }

  private record Sampler(NvidiaProbe probe, List<Device> devices) {
    Map<Metric, Double> first() {
      return whole(probe.read(devices).of(devices.getFirst().name()));
    }
  }

  /** Needs two samples some time apart. */
  private static final Set<Metric> GPM =
      Arrays.stream(GpmMetric.ALL).map(m -> m.metric).collect(Collectors.toSet());

  /** What an H100 has beside {@link #GPM}, with the driver of the machine. */
  private static final Set<Metric> HAS = EnumSet.allOf(Metric.class);

  static {
    HAS.removeAll(GPM);
    HAS.remove(Metric.IDLE_DURATION);
    HAS.remove(Metric.QUEUED_PROGRAMS);
    HAS.remove(Metric.FAN_SPEED);
    HAS.remove(Metric.MODULE_POWER);
    HAS.remove(Metric.RETIRED_PAGES);
    HAS.remove(Metric.RETIRED_PAGES_PENDING);
    HAS.remove(Metric.REPAIR_PENDING);
    HAS.remove(Metric.NVLINK_PACKET_ERRORS);
    HAS.remove(Metric.NVLINK_RECOVERY_FAILURES);
  }

  private static Map<String, Double> ids(Sample sample) {
    Map<String, Double> values = new HashMap<>();
    sample.visit((metric, part, value) -> values.put(metric.id(part), value));
    return values;
  }

  /** What was measured of the GPU as a whole, or of its first part. */
  private static Map<Metric, Double> whole(Sample sample) {
    Map<Metric, Double> values = new EnumMap<>(Metric.class);
    sample.visit((metric, part, value) -> values.putIfAbsent(metric, value));
    return values;
  }

  @Test
  void everyNumberArrivesInItsBaseUnit() {
    Machine machine = h100;
    machine.gpu(0, "utilization", 57).gpu(0, "memory.utilization", 31);
    machine.gpu(0, "encoder.utilization", 5).gpu(0, "decoder.utilization", 7);
    machine.gpu(0, "memory.used", 10L << 30).gpu(0, "temperature", 61);
    machine.gpu(0, "memory.temperature", 72).gpu(0, "power", 412_500);
    machine.gpu(0, "power.limit", 650_000).gpu(0, "clock.sm", 1755).gpu(0, "clock.memory", 2619);
    machine.gpu(0, "ecc.corrected", 12).gpu(0, "ecc.uncorrected", 3);
    machine.gpu(0, "pcie.replays", 4).gpu(0, "pcie.generation", 5).gpu(0, "pcie.width", 8);
    Map<Metric, Double> read = all.first();
    assertThat(read)
        .containsEntry(Metric.UTILIZATION, 0.57)
        .containsEntry(Metric.MEMORY_UTILIZATION, 0.31)
        .containsEntry(Metric.ENCODER_UTILIZATION, 0.05)
        .containsEntry(Metric.DECODER_UTILIZATION, 0.07)
        .containsEntry(Metric.MEMORY_TOTAL, (double) (81559L << 20))
        .containsEntry(Metric.MEMORY_RESERVED, (double) (551L << 20))
        .containsEntry(Metric.MEMORY_USED, (double) (10L << 30))
        .containsEntry(Metric.MEMORY_FREE, (double) ((81559L << 20) - (551L << 20) - (10L << 30)))
        .containsEntry(Metric.TEMPERATURE, 61.0)
        .containsEntry(Metric.MEMORY_TEMPERATURE, 72.0)
        .containsEntry(Metric.POWER, 412.5)
        .containsEntry(Metric.POWER_LIMIT, 650.0)
        .containsEntry(Metric.SM_CLOCK, 1.755e9)
        .containsEntry(Metric.MEMORY_CLOCK, 2.619e9)
        .containsEntry(Metric.ECC_CORRECTED, 12.0)
        .containsEntry(Metric.ECC_UNCORRECTED, 3.0)
        .containsEntry(Metric.PCIE_REPLAYS, 4.0)
        .containsEntry(Metric.PCIE_GENERATION, 5.0)
        .containsEntry(Metric.PCIE_WIDTH, 8.0);
    assertThat(read.keySet()).containsAll(HAS);
  }

  @Test
  void whatIsToldApartArrivesUnderItsPart() {
    Machine machine = h100;
    machine.gpu(0, "throttle.power", 2_500_000_000L).gpu(0, "throttle.hardware.thermal", 40);
    machine.gpu(0, "clock.reasons", 0x24);
    machine.gpu(0, "ecc.corrected", 12).gpu(0, "ecc.sram.corrected", 5);
    machine.gpu(0, "ecc.uncorrected", 3).gpu(0, "ecc.sram.uncorrected", 2);
    machine.gpu(0, "remap.uncorrectable", 2).gpu(0, "pcie.lane.errors", 9);
    machine.gpu(0, "nvlink.bad", 7).gpu(0, "nvlink.crc", 31).gpu(0, "nvlink.replays", 4);
    machine.gpu(0, "nvlink.recoveries", 2).gpu(0, "nvlink.down", 1 << 17);
    machine.gpu(0, "fabric.health", 0x15A9).gpu(0, "process.4711", 3L << 30);
    machine.gpu(0, "process.4712", 1L << 30).gpu(0, "temperature", 61);
    Sample read = all.probe.read(all.devices).of(h100.name(0));
    assertThat(ids(read))
        .containsEntry("throttled.power", 2.5)
        .containsEntry("throttled.hardware-thermal", 40e-9)
        .containsEntry("throttled.thermal", 0.0)
        .containsEntry("clock_reason.software-power-cap", 1.0)
        .containsEntry("clock_reason.software-thermal", 1.0)
        .containsEntry("clock_reason.power-brake", 0.0)
        .containsEntry("ecc_corrected_at.dram", 7.0)
        .containsEntry("ecc_corrected_at.sram", 5.0)
        .containsEntry("ecc_uncorrected_at.dram", 1.0)
        .containsEntry("ecc_uncorrected_at.sram", 2.0)
        .doesNotContainKey("ecc_corrected_at.l1")
        .containsEntry("sram_uncorrected.sm", 2.0)
        .containsEntry("memory_banks.all", 638.0)
        .containsEntry("memory_banks.many", 2.0)
        .containsEntry("pcie_errors.lane", 9.0)
        .containsEntry("nvlink_crc_errors.7", 31.0)
        .containsEntry("nvlink_crc_errors.6", 0.0)
        .containsEntry("nvlink_replays.7", 4.0)
        .containsEntry("nvlink_recoveries.7", 2.0)
        .containsEntry("nvlink_up.16", 1.0)
        .containsEntry("nvlink_up.17", 0.0)
        .doesNotContainKey("nvlink_crc_errors.17")
        .doesNotContainKey("nvlink_up.18")
        .containsEntry("fabric_state", 3.0)
        .containsEntry("fabric_problem.degraded-bandwidth", 1.0)
        .containsEntry("fabric_problem.route-unhealthy", 0.0)
        .containsEntry("fabric_problem.incorrect-configuration", 1.0)
        .containsEntry("processes", 2.0)
        .containsEntry("process_memory", (double) (4L << 30))
        .containsEntry("temperature_threshold.slowdown", 89.0)
        .containsEntry("temperature_margin", 28.0);
  }

  @Test
  void gpmTellsOfTheTimeSinceTheSampleBefore() throws Exception {
    h100.gpu(0, "utilization", 60);
    Sampler sampler = sampler(h100);
    assertThat(sampler.first()).doesNotContainKeys(GPM.toArray(new Metric[0]));
    Thread.sleep(150);
    Map<Metric, Double> read = sampler.first();
    assertThat(read.keySet()).containsAll(GPM);
    assertThat(read.get(Metric.GRAPHICS_ACTIVE)).isCloseTo(0.60, within(1e-9));
    assertThat(read.get(Metric.SM_ACTIVE)).isCloseTo(0.54, within(1e-9));
    assertThat(read.get(Metric.TENSOR_ACTIVE)).isCloseTo(0.24, within(1e-9));
    assertThat(read.get(Metric.PCIE_RECEIVED_RATE)).isCloseTo(2.4e9, within(1e6));
    assertThat(read.get(Metric.NVLINK_SENT_RATE)).isCloseTo(18 * 3.4e9, within(1e6));
  }

  @Test
  void gpmThatFailsCostsItsOwnReadingsOnly() throws Exception {
    Sampler sampler = sampler(h100);
    sampler.first();
    Thread.sleep(150);
    h100.put("fail.nvmlGpmSampleGet.0", 999);
    Readings readings = sampler.probe.read(sampler.devices);
    assertThat(readings.of(h100.name(0)).metrics())
        .containsAll(HAS)
        .doesNotContainAnyElementsOf(GPM);
    assertThat(readings.of(h100.name(1)).metrics()).containsAll(HAS).containsAll(GPM);
  }

  @Test
  void aProcessWhoseMemoryNobodyKnowsIsCountedAllTheSame() throws Exception {
    h100.gpu(0, "process.1", -1);
    for (int pid = 2; pid <= 16; pid++) {
      h100.gpu(0, "process." + pid, 1 << 20);
      h100.gpu(1, "process." + pid, 1 << 20);
    }
    Readings readings = all.probe.read(all.devices);
    assertThat(readings.of(h100.name(0)).get(Metric.PROCESSES)).isEqualTo(16);
    assertThat(readings.of(h100.name(0)).has(Metric.PROCESS_MEMORY)).isFalse();
    assertThat(readings.of(h100.name(1)).get(Metric.PROCESS_MEMORY)).isEqualTo(15 << 20);
  }

  @Test
  void linksThatAreAllDownAreReadAgainWhenTheyComeUp() throws Exception {
    h100.gpu(0, "nvlink.down", (1 << 18) - 1);
    Sampler sampler = sampler(h100);
    assertThat(sampler.first())
        .containsEntry(Metric.NVLINK_UP, 0.0)
        .doesNotContainKey(Metric.NVLINK_REPLAYS);
    h100.gpu(0, "nvlink.down", 0);
    assertThat(sampler.first()).containsKeys(Metric.NVLINK_REPLAYS, Metric.NVLINK_SENT);
  }

  @Test
  void whatIsReadSlowlyIsKeptBetween() throws Exception {
    try (NvidiaProbe probe = h100.probe(Releases.NONE, Duration.ofHours(1))) {
      Sampler sampler = new Sampler(probe, probe.discover().devices());
      Set<Metric> before = sampler.first().keySet();
      h100.gpu(0, "nvlink.replays", 4).gpu(0, "memory.used", 10L << 30);
      Map<Metric, Double> read = sampler.first();
      assertThat(read.keySet()).isEqualTo(before).containsAll(HAS);
      assertThat(read).containsEntry(Metric.NVLINK_REPLAYS, 0.0);
      assertThat(read).containsEntry(Metric.MEMORY_USED, (double) (10L << 30));
    }
  }

  @Test
  void whatABoardDoesNotHaveIsNoReading() throws Exception {
    assertThat(sampler(new Machine(dir.resolve("l4x1"), "l4x1")).first())
        .doesNotContainKey(Metric.MEMORY_TEMPERATURE)
        .containsKeys(Metric.TEMPERATURE, Metric.POWER, Metric.UTILIZATION);
  }

  private static final String[] COSTS = {
    "nvmlDeviceGetUtilizationRates UTILIZATION MEMORY_UTILIZATION",
    "nvmlDeviceGetEncoderUtilization ENCODER_UTILIZATION",
    "nvmlDeviceGetDecoderUtilization DECODER_UTILIZATION",
    "nvmlDeviceGetJpgUtilization JPEG_UTILIZATION",
    "nvmlDeviceGetOfaUtilization OFA_UTILIZATION",
    "nvmlDeviceGetMemoryInfo_v2 MEMORY_TOTAL MEMORY_RESERVED MEMORY_FREE MEMORY_USED",
    "nvmlDeviceGetBAR1MemoryInfo BAR1_TOTAL BAR1_FREE BAR1_USED",
    "nvmlDeviceGetTemperatureV TEMPERATURE",
    "nvmlDeviceGetMarginTemperature TEMPERATURE_MARGIN",
    "nvmlDeviceGetTemperatureThreshold TEMPERATURE_THRESHOLD",
    "nvmlDeviceGetClockInfo SM_CLOCK MEMORY_CLOCK VIDEO_CLOCK",
    "nvmlDeviceGetCurrentClocksEventReasons CLOCK_REASON",
    "nvmlDeviceGetPerformanceState PERFORMANCE_STATE",
    "nvmlDeviceGetRowRemapperHistogram MEMORY_BANKS",
    "nvmlDeviceGetSramEccErrorStatus SRAM_UNCORRECTED SRAM_THRESHOLD_EXCEEDED",
    "nvmlDeviceGetGpuFabricInfoV FABRIC_STATE FABRIC_STATUS FABRIC_PROBLEM FABRIC_HEALTH",
    "nvmlDeviceGetComputeRunningProcesses_v3 PROCESSES PROCESS_MEMORY",
    "nvmlDeviceGetCurrPcieLinkGeneration PCIE_GENERATION",
    "nvmlDeviceGetCurrPcieLinkWidth PCIE_WIDTH"
  };

  static List<Arguments> failures() {
    List<Arguments> failures = new ArrayList<>();
    for (String cost : COSTS) {
      // Insufficient size, time-out, unknown, a code that nobody has seen yet.
      for (int code : new int[] {7, 10, 999, 77}) {
        failures.add(Arguments.of(cost, code));
      }
    }
    return failures;
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aCallThatFailsCostsItsOwnReadingOfItsOwnGpuThisTimeOnly(String cost, int code) {
    String[] words = cost.split(" ", -1);
    h100.put("fail." + words[0] + ".0", code);
    Set<Metric> expected = EnumSet.copyOf(HAS);
    for (String metric : List.of(words).subList(1, words.length)) {
      expected.remove(Metric.valueOf(metric));
    }
    Readings readings = all.probe.read(all.devices);
    assertThat(steady(readings.of(h100.name(0)))).isEqualTo(expected);
    assertThat(steady(readings.of(h100.name(1)))).isEqualTo(HAS);
    h100.remove("fail." + words[0] + ".0");
    assertThat(all.first().keySet()).containsAll(HAS);
  }

  private static Set<Metric> steady(Sample sample) {
    Set<Metric> metrics = EnumSet.copyOf(sample.metrics());
    metrics.removeAll(GPM);
    return metrics;
  }

  @Test
  void whatIsNotSupportedIsNotAskedAgainUntilTheLibraryIsNew() throws Exception {
    Machine machine = h100.put("fail.nvmlDeviceGetUtilizationRates.0", 3);
    Sampler sampler = sampler(machine);
    assertThat(sampler.first()).doesNotContainKey(Metric.UTILIZATION);
    machine.remove("fail.nvmlDeviceGetUtilizationRates.0");
    assertThat(sampler.first()).doesNotContainKey(Metric.UTILIZATION);
    machine.reloadDriver();
    sampler.probe.discover();
    assertThat(sampler.first()).containsKey(Metric.UTILIZATION);
  }

  @Test
  void anOlderFunctionStandsInForANewerOne() throws Exception {
    List<String> missing =
        List.of(
            "nvmlDeviceGetFieldValues", "nvmlDeviceGetMemoryInfo_v2", "nvmlDeviceGetTemperatureV");
    Machine machine =
        new Machine(dir.resolve("old"), Machine.withDriver("h100x8", "535.183.01", missing));
    machine.gpu(0, "power", 412_500).gpu(0, "temperature", 61).gpu(0, "memory.used", 10L << 30);
    Map<Metric, Double> read = sampler(machine).first();
    assertThat(read)
        .containsKeys(
            Metric.POWER_LIMIT,
            Metric.ENERGY,
            Metric.ECC_CORRECTED,
            Metric.ECC_UNCORRECTED,
            Metric.PCIE_REPLAYS)
        .doesNotContainKeys(
            Metric.MEMORY_RESERVED,
            Metric.MEMORY_TEMPERATURE,
            Metric.PCIE_SENT,
            Metric.PCIE_RECEIVED,
            Metric.NVLINK_UP);
    assertThat(read)
        .containsEntry(Metric.POWER, 412.5)
        .containsEntry(Metric.TEMPERATURE, 61.0)
        .containsEntry(Metric.MEMORY_USED, (double) ((10L << 30) + (551L << 20)));
  }

  @Test
  void garbageIsLeftOut() {
    Machine machine = h100;
    machine.gpu(0, "power", 4_294_967_295L).gpu(0, "temperature", 4_000_000);
    machine.gpu(0, "utilization", 255).gpu(0, "clock.sm", 4_294_967_295L);
    machine.gpu(0, "pcie.width", 4_294_967_295L);
    assertThat(all.first())
        .doesNotContainKeys(
            Metric.POWER,
            Metric.TEMPERATURE,
            Metric.UTILIZATION,
            Metric.SM_CLOCK,
            Metric.PCIE_WIDTH)
        .containsKeys(Metric.MEMORY_USED, Metric.MEMORY_CLOCK, Metric.ENERGY);
  }

  @Test
  void onlyWhatIsAskedForIsAnswered() {
    Readings readings = all.probe.read(all.devices.subList(2, 4));
    assertThat(readings.values()).containsOnlyKeys(h100.name(2), h100.name(3));
  }
}
