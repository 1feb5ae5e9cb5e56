package dev.acceld.probe.nvidia;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Device;
import dev.acceld.device.Metric;
import dev.acceld.device.Readings;
import dev.acceld.device.Sample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  /** What was measured of the GPU as a whole. */
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
    assertThat(read.keySet()).containsExactlyInAnyOrder(Metric.values());
  }

  @Test
  void whatABoardDoesNotHaveIsNoReading() throws Exception {
    assertThat(sampler(new Machine(dir.resolve("l4x1"), "l4x1")).first())
        .doesNotContainKey(Metric.MEMORY_TEMPERATURE)
        .containsKeys(Metric.TEMPERATURE, Metric.POWER, Metric.UTILIZATION);
  }

  @ParameterizedTest
  @CsvSource({
    "nvmlDeviceGetUtilizationRates, UTILIZATION MEMORY_UTILIZATION",
    "nvmlDeviceGetEncoderUtilization, ENCODER_UTILIZATION",
    "nvmlDeviceGetDecoderUtilization, DECODER_UTILIZATION",
    "nvmlDeviceGetMemoryInfo_v2, MEMORY_TOTAL MEMORY_RESERVED MEMORY_FREE MEMORY_USED",
    "nvmlDeviceGetTemperatureV, TEMPERATURE",
    "nvmlDeviceGetClockInfo, SM_CLOCK MEMORY_CLOCK",
    "nvmlDeviceGetCurrPcieLinkGeneration, PCIE_GENERATION",
    "nvmlDeviceGetCurrPcieLinkWidth, PCIE_WIDTH"
  })
  void aCallThatFailsCostsItsOwnReadingOfItsOwnGpuThisTimeOnly(String symbol, String metrics) {
    h100.put("fail." + symbol + ".0", 999);
    Set<Metric> expected = EnumSet.allOf(Metric.class);
    for (String metric : metrics.split(" ", -1)) {
      expected.remove(Metric.valueOf(metric));
    }
    Readings readings = all.probe.read(all.devices);
    assertThat(readings.of(h100.name(0)).metrics()).isEqualTo(expected);
    assertThat(readings.of(h100.name(1)).metrics()).containsExactlyInAnyOrder(Metric.values());
    h100.remove("fail." + symbol + ".0");
    assertThat(all.first().keySet()).containsExactlyInAnyOrder(Metric.values());
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
    Set<Metric> expected = EnumSet.allOf(Metric.class);
    expected.removeAll(
        Set.of(
            Metric.MEMORY_RESERVED,
            Metric.MEMORY_TEMPERATURE,
            Metric.PCIE_SENT,
            Metric.PCIE_RECEIVED));
    assertThat(read.keySet()).isEqualTo(expected);
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
