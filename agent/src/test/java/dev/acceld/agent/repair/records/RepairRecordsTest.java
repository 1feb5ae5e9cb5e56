package dev.acceld.agent.repair.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.agent.repair.records.RepairRecords.Turn;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.HealthReport.Action;
import dev.acceld.device.HealthReport.State;
import dev.acceld.device.Kind;
import dev.acceld.device.PciAddress;
import dev.acceld.device.Vendor;
import dev.acceld.health.StatedReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepairRecordsTest {
  private static final DeviceName GPU = new DeviceName("gpu-1b4e28ba");
  private static final Instant SINCE = Instant.parse("2026-11-28T10:00:00Z");

  @TempDir Path state;
  private Path dir;
  private String boot = "boot-1";
  private RepairRecords records;

  @BeforeEach
  void open() {
    dir = state.resolve("repairs");
    records = new RepairRecords(dir, () -> Optional.of(boot));
  }

  private static RepairRecord record() {
    return new RepairRecord(
        GPU,
        PciAddress.parse("0000:17:00.0"),
        new TreeSet<>(List.of(GPU.value())),
        "boot-1",
        SINCE,
        RepairStep.RESERVE,
        0,
        2,
        false,
        Optional.empty(),
        false,
        false);
  }

  @Test
  void whatIsPutIsReadAgainByAnother() throws Exception {
    RepairRecord further = record().at(RepairStep.RESET).tries(1).lettingGo(true);
    records.put(further);
    RepairRecords other = new RepairRecords(dir, () -> Optional.of(boot));
    assertThat(other.all()).containsExactly(further);
    assertThat(other.of(GPU)).contains(further);
    records.put(further.failed("exit status 255: Unknown Error", true));
    assertThat(other.of(GPU).orElseThrow().underWay()).isFalse();
    records.remove(GPU);
    assertThat(other.all()).isEmpty();
  }

  @Test
  void theReasonSaysWhichStepFailedAndWhatToDo() throws Exception {
    records.put(record());
    StatedReason repairing = only();
    assertThat(repairing.physical()).containsExactly(GPU.value());
    assertThat(repairing.reason().code()).isEqualTo("repairing");
    assertThat(repairing.reason().schedulable()).isFalse();
    records.put(record().at(RepairStep.RESET));
    assertThat(only()).as("the slice is not written at each step").isEqualTo(repairing);
    records.put(record().at(RepairStep.VERIFY).tries(1).failed("no answer", false));
    assertThat(only().reason().value()).isEqualTo("verify");
    assertThat(only().reason().action()).isEqualTo(Action.RESET);
    assertThat(only().reason().message()).contains("after 1 reset: no answer", "acceld repair");
    records.put(record().at(RepairStep.RESET).tries(2).failed("no answer", true));
    assertThat(only().reason().action()).isEqualTo(Action.SERVICE);
    assertThat(only().reason().message()).contains("'reset' after 2 resets", "replace the device");
  }

  private StatedReason only() {
    assertThat(records.reasons(List.of())).hasSize(1);
    return records.reasons(List.of()).getFirst();
  }

  @Test
  void aRebootEndsIt() throws Exception {
    records.put(record());
    boot = "boot-2";
    assertThat(records.all()).isEmpty();
    assertThat(dir.resolve(GPU + ".json")).doesNotExist();
  }

  @Test
  void aDamagedRecordCostsItsDeviceOnly() throws Exception {
    records.put(record());
    Files.writeString(dir.resolve("gpu-2.json"), "{\"format\":1,\"device\":");
    assertThat(records.all()).containsExactly(record());
    assertThat(records.reasons(List.of()))
        .anySatisfy(reason -> {
          assertThat(reason.physical()).containsExactly("gpu-2");
          assertThat(reason.reason().code()).isEqualTo("repair-failed");
          assertThat(reason.reason().message()).contains("damaged", dir + "/gpu-2.json");
        });
  }

  @Test
  void aDirectoryThatCannotBeReadChangesNothing() throws Exception {
    records.put(record());
    assertThat(records.all()).hasSize(1);
    Path away = Files.move(dir, state.resolve("away"));
    Files.createFile(dir);
    assertThat(records.all()).as("a file in its place").hasSize(1);
    Files.delete(dir);
    Files.move(away, dir);
    assertThat(records.all()).hasSize(1);
  }

  @Test
  void oneTurnAtATime() throws Exception {
    Turn first = records.turn().orElseThrow();
    RepairRecords other = new RepairRecords(dir, () -> Optional.of(boot));
    assertThat(other.turn()).isEmpty();
    assertThat(other.turn()).as("asking does not take it away").isEmpty();
    first.close();
    Turn second = other.turn().orElseThrow();
    assertThat(records.turn()).isEmpty();
    second.close();
  }

  @Test
  void triesOfTheLastDayCount() throws Exception {
    records.noteTry(GPU, SINCE.minusSeconds(90_000));
    records.noteTry(GPU, SINCE);
    Files.writeString(
        dir.resolve(GPU + ".tries"),
        Files.readString(dir.resolve(GPU + ".tries")) + "not a time\n");
    assertThat(records.triesSince(GPU, SINCE.minusSeconds(86_400)))
        .as("what cannot be read counts")
        .isEqualTo(2);
    assertThat(records.triesSince(new DeviceName("gpu-2"), SINCE)).isZero();
  }

  @Test
  void aStateDirectoryThatIsGoneIsNotMade() throws IOException {
    RepairRecords away = new RepairRecords(state.resolve("gone/repairs"), () -> Optional.of(boot));
    assertThat(away.all()).isEmpty();
    assertThatThrownBy(() -> away.put(record())).isInstanceOf(IOException.class);
  }

  private static Device gpu() {
    return new Gpu(
        new DeviceCommon(
            GPU,
            "gpu",
            Vendor.NVIDIA,
            Kind.GPU,
            GPU.value(),
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            Map.of(),
            Map.of(),
            List.of()),
        "GPU-0",
        "H100",
        Optional.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        0,
        "580.1.2");
  }

  /** What could not be read at start is not taken as none. */
  @Test
  void beforeTheFirstReadEveryDeviceMayBeOneWhoseRepairFailed() throws Exception {
    records.put(record().failed("exit status 255", false));
    Path away = Files.move(dir, state.resolve("away"));
    Files.writeString(dir, "no directory");
    RepairRecords other = new RepairRecords(dir, () -> Optional.of(boot));
    assertThat(other.reasons(List.of())).isEmpty();
    StatedReason unknown = other.reasons(List.of(gpu())).getFirst();
    assertThat(unknown.physical()).containsExactly(GPU.value());
    assertThat(unknown.reason().code()).isEqualTo("repair-failed");
    assertThat(unknown.reason().state()).isEqualTo(State.UNKNOWN);
    assertThat(unknown.reason().schedulable()).isFalse();
    assertThat(other.reasons(List.of(gpu()))).as("the same each time").containsExactly(unknown);
    assertThat(other.problem().orElseThrow()).contains(dir.toString(), "no claim gets a device");
    Files.delete(dir);
    Files.move(away, dir);
    assertThat(other.reasons(List.of(gpu())).getFirst().reason().state())
        .isEqualTo(State.UNHEALTHY);
    assertThat(other.problem()).isEmpty();
    Files.move(dir, away);
    Files.writeString(dir, "no directory");
    assertThat(other.reasons(List.of(gpu())).getFirst().reason().state())
        .as("what is known stays")
        .isEqualTo(State.UNHEALTHY);
    assertThat(other.problem().orElseThrow()).contains("those known stay");
  }
}
