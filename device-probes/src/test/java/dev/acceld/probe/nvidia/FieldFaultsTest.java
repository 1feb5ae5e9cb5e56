package dev.acceld.probe.nvidia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Metric;
import dev.acceld.device.Sample;
import dev.acceld.probe.Signal;
import dev.acceld.probe.nvidia.nvml.FieldId;
import dev.acceld.probe.nvidia.sampling.GpmMetric;
import dev.acceld.probe.nvidia.sampling.GpuField;
import dev.acceld.probe.nvidia.signals.SignalTracker;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One value of the batch that goes wrong, while the call as a whole succeeds. */
class FieldFaultsTest {
  /** Insufficient size, time-out, no permission, unknown, a code that nobody has seen yet. */
  private static final int[] CODES = {7, 10, 4, 999, 77};

  /** The simulated library's sign for success with all bits set. */
  private static final int ALL_BITS = 65535;

  @TempDir static Path dir;
  private static Machine machine;
  private static NvidiaProbe probe;
  private static List<Device> devices;

  @BeforeAll
  static void makeMachine() throws Exception {
    machine = new Machine(dir.resolve("m"), "h100x8");
    probe = machine.probe();
    devices = probe.discover().devices();
    // The driver's first word about what is to be done is told some samples later.
    for (int i = 0; i < SignalTracker.SETTLED; i++) {
      probe.read(devices);
    }
  }

  @BeforeEach
  void fresh() throws Exception {
    probe.close();
    devices = probe.discover().devices();
    probe.read(devices);
    probe.signals();
  }

  @AfterEach
  void reset() {
    machine.reset();
  }

  @AfterAll
  static void close() {
    probe.close();
  }

  /** Everything but GPM, which only every other sample has when they come fast. */
  private static Map<String, Double> read(int gpu) {
    Sample sample = probe.read(devices).of(machine.name(gpu));
    Map<String, Double> values = new TreeMap<>();
    sample.visit((metric, part, value) -> {
      if (Stream.of(GpmMetric.ALL).noneMatch(m -> m.metric == metric)) {
        values.put(metric.id(part), value);
      }
    });
    return values;
  }

  private static List<GpuField> fields() {
    Set<String> there = read(0).keySet();
    List<GpuField> fields =
        Stream.of(GpuField.ALL)
            .filter(f -> f.metric != null && there.contains(f.metric.id(f.part)))
            .toList();
    assertThat(fields).hasSizeGreaterThan(30);
    return fields;
  }

  @ParameterizedTest
  @MethodSource("fields")
  void aFieldThatFailsCostsItsOwnReadingThisTimeOnly(GpuField field) {
    Metric metric = Objects.requireNonNull(field.metric);
    Set<String> before = read(0).keySet();
    Set<String> expected = new TreeSet<>(before);
    expected.remove(metric.id(field.part));
    for (int code : CODES) {
      machine.put("fail.field" + field.id + ".0", code);
      assertThat(read(0).keySet()).isEqualTo(expected);
      assertThat(read(1).keySet()).isEqualTo(before);
    }
    machine.remove("fail.field" + field.id + ".0");
    assertThat(read(0).keySet()).isEqualTo(before);
    assertThat(probe.signals()).isEmpty();
  }

  /** A counter of 32 bits that are all set once became 4294967295 errors. */
  @ParameterizedTest
  @MethodSource("fields")
  void aFieldOfAllBitsIsNotThere(GpuField field) {
    Metric metric = Objects.requireNonNull(field.metric);
    Set<String> expected = new TreeSet<>(read(0).keySet());
    expected.remove(metric.id(field.part));
    machine.put("fail.field" + field.id + ".0", ALL_BITS);
    assertThat(read(0).keySet()).isEqualTo(expected);
    assertThat(probe.signals()).isEmpty();
  }

  @Test
  void aCountOfLinksThatIsNotThereOnceCostsNoLink() {
    Set<String> before = read(0).keySet();
    machine.put("fail.field91.0", ALL_BITS);
    assertThat(read(0).keySet()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({
    "LINK_STATE, nvlink_up",
    "LINK_SENT_KIB, nvlink_sent",
    "LINK_CRC_ERRORS, nvlink_crc_errors",
    "LINK_REPLAYS, nvlink_replays",
    "LINK_RECOVERIES, nvlink_recoveries"
  })
  void aFieldOfTheLinksThatFailsCostsItsOwnReadings(String id, String metric) throws Exception {
    Set<String> before = read(0).keySet();
    Set<String> expected = new TreeSet<>(before);
    assertThat(expected.removeIf(each -> each.startsWith(metric + "."))).isTrue();
    int number = FieldId.class.getField(id).getInt(null);
    for (int code : CODES) {
      machine.put("fail.field" + number + ".0", code);
      assertThat(read(0).keySet()).isEqualTo(expected);
      assertThat(read(1).keySet()).isEqualTo(before);
    }
    machine.remove("fail.field" + number + ".0");
    assertThat(read(0).keySet()).isEqualTo(before);
  }

  /** Power, limit, energy, ECC and replays have functions that tell the same. */
  @ParameterizedTest
  @ValueSource(ints = {3, 2})
  void whereAFieldIsNotSupportedAFunctionTellsTheSame(int code) {
    Set<String> before = read(0).keySet();
    for (int field : new int[] {186, 190, 83, 3, 4, 94}) {
      machine.put("fail.field" + field + ".0", code);
    }
    read(0);
    assertThat(read(0).keySet()).isEqualTo(before);
  }

  @Test
  void aFieldThatSaysThatTheGpuIsLostCostsThatGpu() {
    machine.put("fail.field82.3", 15);
    assertThat(probe.read(devices).values()).hasSize(7).doesNotContainKey(machine.name(3));
    assertThat(probe.signals())
        .singleElement()
        .isInstanceOfSatisfying(
            Signal.Lost.class, lost -> assertThat(lost.device()).isEqualTo(machine.name(3)));
  }

  @Test
  void anActionThatCannotBeReadOnceIsNotOver() {
    DeviceName bad = machine.name(2);
    machine.gpu(2, "recovery.action", 2);
    probe.read(devices);
    assertThat(probe.signals()).hasSize(1);
    machine.put("fail.field230.2", 999);
    probe.read(devices);
    assertThat(probe.signals()).isEmpty();
    machine.remove("fail.field230.2").gpu(2, "recovery.action", 0);
    probe.read(devices);
    assertThat(probe.signals())
        .singleElement()
        .isInstanceOfSatisfying(
            Signal.RecoveryAction.class,
            over -> assertThat(entry(over.device(), over.action())).isEqualTo(entry(bad, 0)));
  }

  @Test
  void aDefectThatCannotBeReadOnceIsNotOver() {
    machine.gpu(2, "remap.failure", 1);
    probe.read(devices);
    assertThat(probe.signals()).hasSize(1);
    machine.put("fail.field145.2", 999);
    probe.read(devices);
    assertThat(probe.signals()).isEmpty();
  }

  @Test
  void aRecoveryActionOfAllBitsIsNone() {
    machine.gpu(2, "recovery.action", 4_294_967_295L);
    assertThat(read(2)).doesNotContainKey("recovery_action");
    assertThat(probe.signals()).isEmpty();
  }
}
