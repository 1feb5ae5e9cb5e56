package dev.acceld.recorder;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.Inventory;
import dev.acceld.device.Metric;
import dev.acceld.device.Readings;
import dev.acceld.device.Sample;
import dev.acceld.history.RecentReadings;
import dev.acceld.recorder.FlightObserver.Outcome;
import dev.acceld.usage.UsageStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults that come, last and end, and what is on disk then. */
class FlightRecorderTest {
  private static final DeviceName GPU = UsageStage.GPU;
  private static final DeviceName SMALL = UsageStage.SMALL;
  private static final DeviceName OTHER = UsageStage.OTHER;

  @TempDir Path dir;
  private final UsageStage node = new UsageStage();
  private final Map<DeviceName, List<HealthReport.Reason>> reasons = new LinkedHashMap<>();
  private final List<Outcome> outcomes = new ArrayList<>();
  private final Map<String, String> evidence = new HashMap<>();
  private final FullDisk disk = new FullDisk();
  private List<String> kernel = List.of();
  private FlightLimits limits = new FlightLimits(50, false);
  private String boot = "boot-1";
  private Instant wall = UsageStage.START;
  private long nanos = 77;
  private RecentReadings recent = new RecentReadings(Duration.ofSeconds(1), () -> nanos);
  private FlightFiles files;
  private FlightRecorder recorder;

  @BeforeEach
  void begin() throws IOException {
    node.devices.add(UsageStage.partition(SMALL, "1g.10gb", 10L << 30));
    files = new FlightFiles(dir.resolve("flight"), disk);
    recorder = recorder();
    recorder.step();
    changed();
  }

  private FlightRecorder recorder() {
    recent = new RecentReadings(Duration.ofSeconds(1), () -> nanos);
    return new FlightRecorder(
        files,
        new FlightSources(
            "node-1",
            "1.2.3",
            () -> Optional.of(boot),
            () -> new Inventory(wall, node.devices, Set.of(), List.of()),
            node::look,
            recent::of,
            (device, since) -> kernel,
            (device, code, value) -> Optional.ofNullable(evidence.get(device + code + value))),
        limits,
        outcomes::add,
        () -> wall,
        () -> nanos);
  }

  private static HealthReport.Reason reason(String code, String value, boolean schedulable) {
    return new HealthReport.Reason(
        code,
        value,
        "something is wrong",
        schedulable ? HealthReport.State.DEGRADED : HealthReport.State.UNHEALTHY,
        schedulable ? HealthReport.Effect.NONE : HealthReport.Effect.NO_SCHEDULE,
        HealthReport.Action.RESET,
        "the device is reset",
        UsageStage.START);
  }

  private void xid(DeviceName... devices) {
    for (DeviceName device : devices) {
      reasons.computeIfAbsent(device, d -> new ArrayList<>()).add(reason("xid", "79", false));
    }
    changed();
  }

  private void over(DeviceName... devices) {
    List.of(devices).forEach(reasons::remove);
    changed();
  }

  private void changed() {
    Map<DeviceName, HealthReport> reports = new LinkedHashMap<>();
    for (Device device : node.devices) {
      List<HealthReport.Reason> all = reasons.getOrDefault(device.name(), List.of());
      boolean blocks = all.stream().anyMatch(r -> !r.schedulable());
      HealthReport.State state =
          all.isEmpty()
              ? HealthReport.State.HEALTHY
              : blocks ? HealthReport.State.UNHEALTHY : HealthReport.State.DEGRADED;
      reports.put(device.name(), new HealthReport(device.name(), state, all, wall));
    }
    recorder.healthChanged(reports);
    recorder.step();
  }

  /** A reading of the GPU and a look of the recorder in each second. */
  private void seconds(int n) {
    for (int i = 0; i < n; i++) {
      pass(1);
      recent.add(new Readings(wall, Map.of(GPU, Sample.of(Map.of(Metric.POWER, 300.0 + i % 10)))));
      recorder.step();
    }
  }

  private void pass(int seconds) {
    nanos += seconds * 1_000_000_000L;
    wall = wall.plusSeconds(seconds);
  }

  private List<FlightRecord> records() throws IOException {
    return files.list().records();
  }

  private FlightRecord only() throws IOException {
    assertThat(records()).hasSize(1);
    return records().getFirst();
  }

  @Test
  void aFaultIsWrittenAtOnceAndCompletedHalfAMinuteLater() throws IOException {
    node.prepare("a", SMALL);
    kernel = List.of("NVRM: Xid (PCI:0000:17:00): 79, GPU has fallen off the bus.");
    seconds(700);
    xid(GPU, SMALL);
    FlightRecord first = only();
    assertThat(first.id()).matches("xid-79-[0-9a-f]{4}");
    assertThat(first.device().name()).isEqualTo(GPU.value());
    assertThat(first.affected()).containsExactly(GPU.value(), SMALL.value());
    assertThat(first.fault().action()).isEqualTo("reset the device");
    assertThat(first.holders())
        .singleElement()
        .satisfies(holder -> {
          assertThat(holder.claim()).isEqualTo("claim-a");
          assertThat(holder.device()).isEqualTo(SMALL.value());
          assertThat(holder.pods()).containsExactly("team/pod-a");
        });
    assertThat(first.kernel()).isEqualTo(kernel);
    assertThat(requireNonNull(first.readings()).complete()).isFalse();
    assertThat(requireNonNull(first.readings()).seconds().getFirst()).isCloseTo(-600, within(3.0));
    assertThat(outcomes).containsExactly(Outcome.WRITTEN);

    recorder.did("ResourceSlice update: ok");
    recorder.did(Optional.of(OTHER), "acceld health set " + OTHER);
    seconds(40);
    FlightRecord complete = only();
    assertThat(requireNonNull(complete.readings()).complete()).isTrue();
    assertThat(requireNonNull(complete.readings()).seconds().getFirst())
        .isCloseTo(-600, within(3.0));
    assertThat(requireNonNull(complete.readings()).seconds().getLast()).isCloseTo(30, within(1.5));
    assertThat(complete.course().steps())
        .singleElement()
        .satisfies(step -> assertThat(step.what()).isEqualTo("ResourceSlice update: ok"));
    assertThat(complete.course().end()).isNull();
    assertThat(outcomes).containsExactly(Outcome.WRITTEN);
  }

  @Test
  void howItEndedIsNoted() throws IOException {
    xid(GPU);
    seconds(100);
    evidence.put(GPU + "xid" + "79", "the device was reset: its energy counter restarted");
    over(GPU);
    seconds(11);
    FlightRecord.End end = requireNonNull(only().course().end());
    assertThat(end.evidence()).isEqualTo("the device was reset: its energy counter restarted");
    assertThat(Instant.parse(end.at())).isEqualTo(UsageStage.START.plusSeconds(100));
  }

  @Test
  void aFlappingDeviceIsOneRecordWithACountAndFewWrites() throws IOException {
    xid(GPU);
    for (int i = 0; i < 50; i++) {
      seconds(2);
      over(GPU);
      seconds(1);
      xid(GPU);
    }
    seconds(11);
    assertThat(only().course().occurrences()).isEqualTo(51);
    assertThat(outcomes).containsExactly(Outcome.WRITTEN);

    over(GPU);
    seconds(700);
    xid(GPU);
    assertThat(records()).hasSize(2);
  }

  /** Another pod may have the device by the time when the fault comes back. */
  @Test
  void whoHasTheDeviceWhenItComesBackIsAddedToThoseBefore() throws IOException {
    node.prepare("a", GPU);
    xid(GPU);
    seconds(5);
    over(GPU);
    seconds(20);
    node.prepare("b", GPU);
    xid(GPU);
    seconds(11);
    assertThat(only().course().occurrences()).isEqualTo(2);
    assertThat(only().holders())
        .extracting(FlightRecord.Holding::claim)
        .containsExactly("claim-a", "claim-b");
  }

  @Test
  void aJumpOfTheTimeOfDayChangesNeitherReadingsNorCounts() throws IOException {
    seconds(100);
    wall = wall.minus(Duration.ofDays(400));
    xid(GPU);
    seconds(20);
    wall = wall.plus(Duration.ofDays(800));
    seconds(20);
    ReadingTable readings = requireNonNull(only().readings());
    assertThat(readings.seconds()).isSorted();
    assertThat(readings.seconds().getFirst()).isCloseTo(-99, within(2.0));
    assertThat(readings.seconds().getLast()).isCloseTo(30, within(2.0));
    over(GPU);
    seconds(1);
    xid(GPU);
    seconds(11);
    assertThat(only().course().occurrences()).isEqualTo(2);
  }

  @Test
  void whatIsNotKnownOfADeviceEndsNothing() throws IOException {
    xid(GPU);
    recorder.healthChanged(Map.of()); // the probe starts anew
    seconds(60);
    assertThat(only().course().end()).isNull();
  }

  @Test
  void theNextProcessGoesOnWithTheRecord() throws IOException {
    xid(GPU);
    seconds(5);
    FlightRecorder old = recorder;
    recorder = recorder();
    reasons.clear();
    changed(); // the faults of before are not known yet
    xid(GPU);
    assertThat(outcomes).containsExactly(Outcome.WRITTEN);
    old.leave();
    seconds(40);
    assertThat(only().course().occurrences()).isEqualTo(1);
    assertThat(only().course().end()).isNull();

    recorder.leave();
    boot = "boot-2";
    reasons.clear();
    recorder = recorder();
    changed();
    seconds(20);
    assertThat(only().course().end()).isNull();
    seconds(30);
    assertThat(requireNonNull(only().course().end()).evidence()).isEqualTo("the node was rebooted");
  }

  /** A GPU's name is its own: one that was replaced never comes back. */
  @Test
  void aFaultOfADeviceThatWasTakenOutEndsSomeTimeAfterTheReboot() throws IOException {
    Device gpu = node.devices.stream().filter(d -> d.name().equals(GPU)).findFirst().orElseThrow();
    xid(GPU);
    node.devices.remove(gpu);
    changed();
    seconds(700);
    assertThat(only().course().end()).as("in the same boot it may come back").isNull();

    recorder.leave();
    boot = "boot-2";
    List<Device> rest = List.copyOf(node.devices);
    node.devices.clear(); // the driver is not loaded yet
    recorder = recorder();
    changed();
    seconds(700);
    assertThat(only().course().end()).as("nothing is known of any GPU").isNull();

    node.devices.addAll(rest);
    changed();
    seconds(590);
    assertThat(only().course().end()).isNull();
    seconds(20);
    assertThat(requireNonNull(only().course().end()).evidence())
        .isEqualTo("the node was rebooted, and the device is no longer there");
  }

  @Test
  void theNextProcessKeepsTheReadingsOfWhatItContinues() throws IOException {
    seconds(5);
    xid(GPU);
    seconds(40);
    ReadingTable readings = requireNonNull(only().readings());
    recorder.leave();
    recorder = recorder();
    changed();
    over(GPU);
    seconds(11);
    assertThat(only().course().end()).isNotNull();
    assertThat(only().readings()).isEqualTo(readings);

    recorder.leave();
    recorder = recorder();
    changed();
    xid(GPU);
    seconds(11);
    assertThat(only().course().occurrences()).isEqualTo(2);
    assertThat(only().readings()).isEqualTo(readings);
  }

  @Test
  void onlyOneOfTwoProcessesWrites() throws IOException {
    FlightRecorder one = recorder;
    FlightRecorder other = recorder();
    recorder = other;
    xid(GPU);
    assertThat(records()).isEmpty();
    recorder = one;
    changed();
    assertThat(records()).hasSize(1);
  }

  @Test
  void aFullDiskCostsAWarningAndTheRecordIsWrittenLater() throws IOException {
    disk.full = true;
    xid(GPU);
    seconds(30);
    assertThat(outcomes).containsExactly(Outcome.FAILED);
    assertThat(recorder.problem().orElseThrow())
        .contains("faults cannot be recorded in", "No space left on device");
    disk.full = false;
    seconds(11);
    assertThat(only().fault().code()).isEqualTo("xid");
    assertThat(recorder.problem()).isEmpty();
  }

  @Test
  void aStormOfFaultsDoesNotPushOutEverythingAtOnce() throws IOException {
    List<HealthReport.Reason> many = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      many.add(reason("xid", String.valueOf(100 + i), false));
    }
    reasons.put(GPU, many);
    changed();
    assertThat(records()).hasSize(NewRecords.MOST);
    assertThat(outcomes).filteredOn(o -> o == Outcome.LIMITED).hasSize(10);
    seconds(330);
    assertThat(records()).hasSize(30);
    assertThat(outcomes).filteredOn(o -> o == Outcome.LIMITED).hasSize(10);
  }

  @Test
  void theOldestThatAreOverGoFirst() throws IOException {
    limits = new FlightLimits(3, false);
    recorder.leave();
    recorder = recorder();
    xid(OTHER); // it lasts
    for (int i = 0; i < 4; i++) {
      reasons.put(GPU, List.of(reason("xid", String.valueOf(10 + i), false)));
      changed();
      over(GPU);
      seconds(11);
    }
    assertThat(records())
        .extracting(r -> r.fault().value())
        .containsExactlyInAnyOrder("79", "12", "13");
  }

  @Test
  void whatLeavesADeviceUsableIsRecordedIfThatIsWanted() throws IOException {
    reasons.put(GPU, List.of(reason("nvlink-down", "", true)));
    changed();
    assertThat(records()).isEmpty();
    limits = new FlightLimits(50, true);
    recorder.leave();
    recorder = recorder();
    changed();
    assertThat(only().id()).startsWith("nvlink-down-");
    assertThat(only().fault().state()).isEqualTo("degraded");
  }

  @Test
  void aReleasedDeviceIsNoFault() throws IOException {
    reasons.put(GPU, List.of(reason("released", "", false)));
    changed();
    assertThat(records()).isEmpty();
  }

  @Test
  void aDamagedFileCostsOnlyItself() throws IOException {
    xid(GPU);
    seconds(1);
    recorder.leave();
    Path file = files.dir().resolve(only().id() + ".json.gz");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(files.dir().resolve("xid-1-0000.json.gz"), bytes);
    bytes[bytes.length / 2] ^= 1;
    Files.write(files.dir().resolve("xid-2-0000.json.gz"), bytes);
    Files.writeString(files.dir().resolve("xid-3-0000.json.gz"), "");
    recorder = recorder();
    xid(OTHER);
    assertThat(records()).hasSize(2);
    assertThat(files.list().damaged())
        .hasSize(3)
        .allSatisfy(what -> assertThat(what).contains("cannot be read: "));
  }

  @Test
  void nothingIsRecordedWhereNothingMayBeKept() throws IOException {
    recorder.leave();
    limits = new FlightLimits(0, false);
    recorder = recorder();
    for (int i = 0; i < 5; i++) {
      recorder.healthChanged(Map.of());
    }
    recorder.start();
    recorder.close();
    assertThat(records()).isEmpty();
  }
}
