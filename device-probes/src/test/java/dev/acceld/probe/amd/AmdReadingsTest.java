package dev.acceld.probe.amd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Metric;
import dev.acceld.device.MetricDimension;
import dev.acceld.device.Sample;
import dev.acceld.health.amd.RasBlock;
import dev.acceld.probe.DefectKind;
import dev.acceld.probe.Fakes;
import dev.acceld.probe.Signal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read of GPUs, and the signals that come of it. */
class AmdReadingsTest {
  private static final String AT = "0000:05:00.0";
  private static final String OTHER = "0000:0c:00.0";
  private static final DeviceName NAME = new DeviceName("amd-0000-05-00-0");
  private static final String HWMON = "hwmon/hwmon4/";

  @TempDir Path root;
  private final Fakes.HandClock clock = new Fakes.HandClock();
  private AmdTree tree;
  private AmdProbe probe;
  private List<Device> devices = List.of();
  private final List<Signal> signals = new ArrayList<>();

  @BeforeEach
  void plant() throws Exception {
    tree = new AmdTree(root).mi210(AT).mi210(OTHER);
    ras(AT, "umc", 0, 0);
    ras(AT, "gfx", 0, 0);
    tree.set(AT, "ras/gpu_vram_bad_pages", "");
    tree.set(AT, HWMON + "name", "amdgpu\n");
    sensor(1, "edge", 45_000, 100_000, 105_000);
    sensor(2, "junction", 52_000, 110_000, 115_000);
    sensor(3, "mem", 61_000, 94_000, 99_000);
    tree.set(AT, HWMON + "power1_average", "215000000\n");
    tree.set(AT, HWMON + "power1_cap", "300000000\n");
    tree.set(AT, HWMON + "freq1_input", "1700000000\n");
    tree.set(AT, HWMON + "freq2_input", "1600000000\n");
    tree.set(AT, HWMON + "fan1_input", "900\n").set(AT, HWMON + "fan1_max", "3600\n");
    tree.set(AT, "gpu_busy_percent", "87\n").set(AT, "mem_busy_percent", "34\n");
    tree.set(AT, "pcie_replay_count", "3\n");
    tree.energy(AT, 100_000);
    probe = new AmdProbe(tree.host(), AmdOptions.NONE, clock::instant, clock::nanos);
    devices = probe.discover().devices();
  }

  private void ras(String at, String block, long ue, long ce) {
    tree.set(at, "ras/" + block + "_err_count", "ue: " + ue + "\nce: " + ce + "\n");
  }

  private void sensor(int n, String label, int now, int critical, int emergency) {
    tree.set(AT, HWMON + "temp" + n + "_label", label + "\n");
    tree.set(AT, HWMON + "temp" + n + "_input", now + "\n");
    tree.set(AT, HWMON + "temp" + n + "_crit", critical + "\n");
    tree.set(AT, HWMON + "temp" + n + "_emergency", emergency + "\n");
  }

  /** One more look, five seconds after the last. */
  private Sample look() {
    clock.seconds(5);
    Sample sample = probe.read(devices).of(NAME);
    signals.clear();
    signals.addAll(probe.signals());
    return sample;
  }

  private static int threshold(String name) {
    return MetricDimension.THRESHOLD.names().indexOf(name);
  }

  private static int reason(String name) {
    return MetricDimension.REASON.names().indexOf(name);
  }

  @Test
  void everythingThatTheFilesTell() {
    Sample sample = look();
    assertThat(sample.get(Metric.UTILIZATION)).isEqualTo(0.87);
    assertThat(sample.get(Metric.MEMORY_UTILIZATION)).isEqualTo(0.34);
    assertThat(sample.get(Metric.MEMORY_TOTAL)).isEqualTo(68_702_699_520.0);
    assertThat(sample.get(Metric.MEMORY_USED)).isEqualTo(1 << 30);
    assertThat(sample.get(Metric.MEMORY_FREE)).isEqualTo(68_702_699_520.0 - (1 << 30));
    assertThat(sample.get(Metric.POWER)).isEqualTo(215);
    assertThat(sample.get(Metric.POWER_AVERAGE)).isEqualTo(215);
    assertThat(sample.get(Metric.POWER_LIMIT)).isEqualTo(300);
    assertThat(sample.get(Metric.TEMPERATURE)).isEqualTo(52);
    assertThat(sample.get(Metric.MEMORY_TEMPERATURE)).isEqualTo(61);
    assertThat(sample.get(Metric.TEMPERATURE_THRESHOLD, threshold("slowdown"))).isEqualTo(110);
    assertThat(sample.get(Metric.TEMPERATURE_THRESHOLD, threshold("shutdown"))).isEqualTo(115);
    assertThat(sample.get(Metric.TEMPERATURE_THRESHOLD, threshold("memory"))).isEqualTo(94);
    assertThat(sample.get(Metric.SM_CLOCK)).isEqualTo(1.7e9);
    assertThat(sample.get(Metric.MEMORY_CLOCK)).isEqualTo(1.6e9);
    assertThat(sample.get(Metric.FAN_SPEED)).isEqualTo(0.25);
    assertThat(sample.get(Metric.ENERGY)).isEqualTo(100_000);
    assertThat(sample.get(Metric.PCIE_REPLAYS)).isEqualTo(3);
    assertThat(sample.get(Metric.ECC_UNCORRECTED)).isZero();
    assertThat(sample.get(Metric.RETIRED_PAGES_PENDING)).isZero();
    assertThat(signals).isEmpty();
  }

  /** A GPU with little is no GPU without trouble: what it does not tell is absent. */
  @Test
  void whatIsNotThereIsAbsent() {
    clock.seconds(5);
    Sample sample = probe.read(devices).of(devices.get(1).name());
    assertThat(sample.metrics())
        .containsExactlyInAnyOrder(Metric.MEMORY_TOTAL, Metric.MEMORY_USED, Metric.MEMORY_FREE);
  }

  /** MI300: no edge sensor, power and utilization by the firmware's metrics alone. */
  @Test
  void theFirmwareTellsWhatFilesDoNot() {
    ByteBuffer bytes = AmdTree.blank(4, 288);
    bytes.putShort(4, (short) 71).putShort(6, (short) 62).putShort(10, (short) 750);
    bytes.putShort(12, (short) 99).putLong(24, 5L << 16);
    tree.metrics(OTHER, bytes);
    clock.seconds(5);
    Sample sample = probe.read(devices).of(devices.get(1).name());
    assertThat(sample.get(Metric.TEMPERATURE)).isEqualTo(71);
    assertThat(sample.get(Metric.MEMORY_TEMPERATURE)).isEqualTo(62);
    assertThat(sample.get(Metric.POWER)).isEqualTo(750);
    assertThat(sample.get(Metric.UTILIZATION)).isEqualTo(0.99);
    assertThat(sample.get(Metric.ENERGY)).isEqualTo(5);
  }

  @Test
  void nonsenseCostsItsOwnValueOnly() {
    tree.set(AT, "gpu_busy_percent", "101\n").set(AT, "mem_info_vram_used", "-1\n");
    tree.set(AT, HWMON + "temp2_input", "warm\n").set(AT, HWMON + "power1_average", "");
    tree.metrics(AT, ByteBuffer.wrap(new byte[9000]));
    ras(AT, "umc", 0, 0);
    tree.set(AT, "ras/gfx_err_count", "Query currently inaccessible\n");
    Sample sample = look();
    assertThat(sample.has(Metric.UTILIZATION)).isFalse();
    assertThat(sample.has(Metric.MEMORY_USED)).isFalse();
    assertThat(sample.get(Metric.TEMPERATURE)).isEqualTo(45); // the edge instead
    assertThat(sample.has(Metric.POWER)).isFalse();
    assertThat(sample.has(Metric.ENERGY)).isFalse();
    assertThat(sample.has(Metric.ECC_UNCORRECTED)).isFalse(); // a part is no sum
    assertThat(sample.get(Metric.MEMORY_TOTAL)).isPositive();
    assertThat(signals).isEmpty();
  }

  @Test
  void oneMoreUncorrectableErrorIsAFaultOfItsBlock() {
    ras(AT, "umc", 4, 9); // of before: shown only
    assertThat(look().get(Metric.ECC_UNCORRECTED)).isEqualTo(4);
    assertThat(signals).isEmpty();
    ras(AT, "gfx", 1, 0);
    Sample sample = look();
    assertThat(sample.get(Metric.ECC_UNCORRECTED)).isEqualTo(5);
    assertThat(sample.get(Metric.ECC_CORRECTED)).isEqualTo(9);
    assertThat(
            sample.get(Metric.ECC_UNCORRECTED_AT, MetricDimension.LOCATION.names().indexOf("dram")))
        .isEqualTo(4);
    assertThat(signals)
        .containsExactly(
            new Signal.Fault(NAME, clock.instant().minusMillis(2500), RasBlock.GFX.fault()));
    look();
    assertThat(signals).isEmpty();
    ras(AT, "umc", 0, 0);
    ras(AT, "gfx", 0, 0);
    look();
    assertThat(signals).containsExactly(new Signal.Reset(NAME, clock.instant()));
  }

  /** Blocks are asked every five seconds only, and samples in between have the same. */
  @Test
  void errorsAreReadLessOften() {
    look();
    ras(AT, "umc", 1, 0);
    clock.seconds(1);
    assertThat(probe.read(devices).of(NAME).get(Metric.ECC_UNCORRECTED)).isZero();
    clock.seconds(4);
    assertThat(probe.read(devices).of(NAME).get(Metric.ECC_UNCORRECTED)).isEqualTo(1);
  }

  /**
   * The driver resets the GPU after an error, and says nothing of it meanwhile; what is found then
   * happened before the reset, and the kernel's log has told it then.
   */
  @Test
  void anErrorThatTheDriverHasMendedItselfIsOver() {
    look();
    Instant middle = clock.instant().plusMillis(2500);
    tree.set(AT, "ras/umc_err_count", "Query currently inaccessible\n");
    look();
    look();
    ras(AT, "umc", 1, 0); // the driver's counters outlive its resets
    tree.energy(AT, 10);
    look();
    assertThat(signals).containsExactly(new Signal.Fault(NAME, middle, RasBlock.UMC.fault()));
    tree.energy(AT, 400);
    look();
    assertThat(signals).containsExactly(new Signal.Reset(NAME, clock.instant()));
  }

  /** Of MI100 and RDNA the counter has 32 bits, and begins anew at 65,536 J. */
  @Test
  void aCounterOfEnergyThatWasFullIsNoReset() {
    for (long joules : new long[] {65_000, 65_500, 100, 400, 65_400, 50, 60}) {
      tree.energy(OTHER, joules);
      clock.seconds(5);
      probe.read(devices);
      assertThat(probe.signals()).isEmpty();
    }
    for (long joules : new long[] {65_600, 50, 60}) {
      tree.energy(OTHER, joules);
      clock.seconds(5);
      probe.read(devices);
    }
    assertThat(probe.signals())
        .containsExactly(new Signal.Reset(devices.get(1).name(), clock.instant()));
  }

  /** Counters of later versions have 64 bits. */
  @Test
  void aResetShortlyAfterTheFirstLookIsSeenWhereTheCounterIsWide() {
    for (long joules : new long[] {9_000, 50, 60}) {
      ByteBuffer bytes = AmdTree.blank(4, 288);
      tree.metrics(OTHER, bytes.putLong(24, joules << 16));
      clock.seconds(5);
      probe.read(devices);
    }
    assertThat(probe.signals()).hasSize(1);
  }

  /** The kernel's line may be from any moment since the last look. */
  @Test
  void anErrorIsDatedInTheMiddleBetweenTwoLooks() {
    look();
    Instant before = clock.instant();
    ras(AT, "gfx", 1, 0);
    clock.seconds(3);
    look();
    assertThat(signals)
        .containsExactly(new Signal.Fault(NAME, before.plusSeconds(4), RasBlock.GFX.fault()));
  }

  /** Samples of every five seconds never come exactly then. */
  @Test
  void aSampleThatIsABitEarlyReadsErrorsToo() {
    look();
    ras(AT, "umc", 1, 0);
    clock.seconds(4.6);
    assertThat(probe.read(devices).of(NAME).get(Metric.ECC_UNCORRECTED)).isEqualTo(1);
  }

  /** The driver has reset the GPU because of it, between two looks at the errors. */
  @Test
  void anErrorFromBeforeAResetIsToldBeforeIt() {
    look();
    ras(AT, "umc", 1, 0);
    tree.energy(AT, 10);
    clock.seconds(1);
    probe.read(devices);
    assertThat(probe.signals()).isEmpty();
    tree.energy(AT, 20);
    clock.seconds(1);
    probe.read(devices);
    assertThat(probe.signals())
        .containsExactly(
            new Signal.Fault(NAME, clock.instant().minusSeconds(1), RasBlock.UMC.fault()),
            new Signal.Reset(NAME, clock.instant()));
  }

  /** While errors cannot be read, there may be one from before the reset; not for ever. */
  @Test
  void aResetIsToldOnceErrorsCanBeReadAgain() {
    look();
    tree.set(AT, "ras/umc_err_count", "Query currently inaccessible\n").energy(AT, 10);
    look();
    Instant unreadable = clock.instant();
    tree.energy(AT, 20);
    look();
    assertThat(signals).isEmpty();
    ras(AT, "umc", 1, 0);
    look();
    assertThat(signals)
        .containsExactly(
            new Signal.Fault(NAME, unreadable.minusMillis(2500), RasBlock.UMC.fault()),
            new Signal.Reset(NAME, clock.instant()));
    tree.set(AT, "ras/umc_err_count", "Query currently inaccessible\n").energy(AT, 5);
    List<Signal> later = new ArrayList<>();
    for (int i = 0; i < 13; i++) {
      look();
      later.addAll(signals);
    }
    assertThat(later).hasSize(1).first().isInstanceOf(Signal.Reset.class);
  }

  /** What others have more was counted by the driver that was loaded anew. */
  @Test
  void anErrorAfterANewLoadOfTheDriverIsToldAfterTheReset() {
    ras(AT, "gfx", 3, 0);
    look();
    ras(AT, "gfx", 0, 0);
    ras(AT, "umc", 1, 0);
    look();
    assertThat(signals).hasSize(2).first().isInstanceOf(Signal.Reset.class);
    assertThat(signals).last().isInstanceOf(Signal.Fault.class);
  }

  @Test
  void aDriverThatWasLoadedAnewWithoutErrorCountersShowsNone() throws Exception {
    ras(AT, "umc", 4, 9);
    assertThat(look().get(Metric.ECC_UNCORRECTED)).isEqualTo(4);
    tree.tree.remove(AmdTree.device(AT) + "ras");
    probe.discover();
    Sample sample = look();
    assertThat(sample.has(Metric.ECC_UNCORRECTED)).isFalse();
    assertThat(sample.has(Metric.ECC_CORRECTED)).isFalse();
    ras(AT, "umc", 7, 0);
    probe.discover();
    assertThat(look().get(Metric.ECC_UNCORRECTED)).isEqualTo(7);
    assertThat(signals).isEmpty(); // of any age, as at the first look
  }

  /** The first die of an MI250 measures for both; older drivers say 0 of the second one. */
  @Test
  void theSecondDieOfABoardHasNoPowerOfItsOwn() {
    tree.set(AT, HWMON + "power1_average", "0\n").set(AT, HWMON + "power1_cap", "0\n");
    tree.metrics(AT, AmdTree.blank(3, 120).putShort(22, (short) 0).putLong(24, 0));
    Sample sample = look();
    assertThat(
            List.of(Metric.POWER, Metric.POWER_AVERAGE, Metric.ENERGY, Metric.POWER_LIMIT).stream()
                .filter(sample::has))
        .isEmpty();
  }

  @Test
  void oneOddReadingOfTheEnergyIsNoReset() {
    look();
    tree.energy(AT, 1);
    look();
    tree.energy(AT, 100_500);
    look();
    tree.energy(AT, 2);
    look();
    assertThat(signals).isEmpty();
  }

  @Test
  void manyCorrectedErrorsDegrade() {
    look();
    ras(AT, "umc", 0, 99);
    look();
    assertThat(signals).isEmpty();
    ras(AT, "umc", 0, 100);
    look();
    assertThat(signals)
        .containsExactly(
            new Signal.Defect(
                NAME, clock.instant(), DefectKind.ECC_CORRECTED, true, "100 in 10 min"));
    List<Signal> later = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      look();
      later.addAll(signals);
    }
    assertThat(later)
        .singleElement()
        .isInstanceOfSatisfying(
            Signal.Defect.class,
            defect -> {
              assertThat(defect.kind()).isEqualTo(DefectKind.ECC_CORRECTED);
              assertThat(defect.present()).isFalse();
            });
  }

  @Test
  void badPagesByTheirState() {
    tree.set(AT, "ras/gpu_vram_bad_pages", "0x00000001 : 0x00001000 : P\n");
    assertThat(look().get(Metric.RETIRED_PAGES_PENDING)).isEqualTo(1);
    assertThat(signals).containsExactly(defect(DefectKind.PAGE_RETIREMENT_PENDING, "1 page"));
    tree.set(AT, "ras/gpu_vram_bad_pages", "0x00000001 : 0x00001000 : F\n");
    look();
    assertThat(signals)
        .containsExactly(
            defect(DefectKind.PAGE_RETIREMENT_FAILED, "1 page"),
            new Signal.Defect(
                NAME, clock.instant(), DefectKind.PAGE_RETIREMENT_PENDING, false, ""));
    tree.tree.file("/sys/module/amdgpu/parameters/bad_page_threshold", "2\n");
    tree.set(AT, "ras/gpu_vram_bad_pages", "0x00000001 : 0x00001000 : R\n".repeat(3));
    Sample sample = look();
    assertThat(sample.sum(Metric.RETIRED_PAGES)).isEqualTo(3);
    assertThat(signals).contains(defect(DefectKind.PAGE_RETIREMENT_LIMIT, "3 pages, threshold 2"));
    tree.tree.remove(AmdTree.device(AT) + "ras/gpu_vram_bad_pages");
    look();
    assertThat(signals).isEmpty(); // not known is not none
  }

  private Signal defect(DefectKind kind, String detail) {
    return new Signal.Defect(NAME, clock.instant(), kind, true, detail);
  }

  @Test
  void whatHoldsTheClocksDown() {
    tree.metrics(AT, AmdTree.blank(3, 120).putLong(112, 1L << 36));
    Sample sample = look();
    assertThat(sample.get(Metric.CLOCK_REASON, reason("hardware-thermal"))).isEqualTo(1);
    assertThat(sample.get(Metric.CLOCK_REASON, reason("software-power-cap"))).isZero();
    residencies(100, 5, 7);
    assertThat(look().has(Metric.CLOCK_REASON)).isFalse(); // since when?
    residencies(200, 9, 7);
    sample = look();
    assertThat(sample.get(Metric.CLOCK_REASON, reason("software-power-cap"))).isEqualTo(1);
    assertThat(sample.get(Metric.CLOCK_REASON, reason("hardware-thermal"))).isZero();
    residencies(50, 0, 0); // the firmware began anew
    assertThat(look().has(Metric.CLOCK_REASON)).isFalse();
  }

  private void residencies(int cycles, int power, int socket) {
    tree.metrics(
        AT,
        AmdTree.blank(6, 1664)
            .putInt(32, cycles)
            .putInt(36, 0)
            .putInt(40, power)
            .putInt(44, socket)
            .putInt(48, 0)
            .putInt(52, 0));
  }

  /** A new load of the driver numbers sensors anew. */
  @Test
  void sensorsAreFoundAgain() throws Exception {
    assertThat(look().get(Metric.TEMPERATURE)).isEqualTo(52);
    tree.tree.remove(AmdTree.device(AT) + "hwmon/hwmon4");
    tree.set(AT, "hwmon/hwmon9/temp1_label", "junction\n");
    tree.set(AT, "hwmon/hwmon9/temp1_input", "33000\n");
    probe.discover();
    assertThat(look().get(Metric.TEMPERATURE)).isEqualTo(33);
  }

  @Test
  void aGpuThatIsLostIsNotRead() throws Exception {
    tree.tree.remove(AmdTree.device(AT) + "driver");
    probe.discover();
    assertThat(look()).isEqualTo(Sample.EMPTY);
  }
}
