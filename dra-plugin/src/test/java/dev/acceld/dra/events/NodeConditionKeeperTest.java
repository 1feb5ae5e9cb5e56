package dev.acceld.dra.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.HealthReport.State;
import dev.acceld.device.Inventory;
import dev.acceld.device.ProbeStatus;
import dev.acceld.dra.chips.Chips;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.events.NodeCondition;
import dev.acceld.dra.cluster.events.NodeConditionApi;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Node's condition in virtual time. */
class NodeConditionKeeperTest implements NodeConditionApi {
  private static final Instant BEGIN = Instant.parse("2026-11-29T04:00:00Z");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @TempDir Path dir;
  private final Map<String, List<Reason>> devices = new TreeMap<>();
  private final List<NodeCondition> written = new ArrayList<>();
  private int reads;
  private Optional<NodeCondition> stored = Optional.empty();
  private ClusterException.@Nullable Reason refusal;
  private boolean incomplete;
  private long nanos;
  private NodeConditionKeeper keeper;

  @BeforeEach
  void start() {
    for (int i = 0; i < 8; i++) {
      devices.put("gpu-" + i, List.of());
    }
    begin();
  }

  private void begin() {
    keeper =
        new NodeConditionKeeper(
            "node-1",
            dir.resolve("lock"),
            this,
            () -> Optional.of(now()),
            () -> 0,
            () -> BEGIN.plusNanos(nanos),
            () -> nanos,
            new SplittableRandom(1));
  }

  @AfterEach
  void stop() {
    keeper.close();
  }

  @Test
  void aNodeInOrderIsWrittenOnceAndThenLeftAlone() {
    pass(MINUTE);
    assertThat(written).hasSize(1);
    assertThat(written.getFirst().status()).isEqualTo("True");
    assertThat(written.getFirst().message()).isEqualTo("8 of 8 accelerators can be used");
    pass(Duration.ofDays(1));
    assertThat(written).hasSize(1);
    assertThat(reads).isBetween(3, 9);
  }

  @Test
  void eachStateHasItsStatus() {
    bad("gpu-1", "slow", true);
    tells("True", "AcceleratorsDegraded", "8 of 8 accelerators can be used; gpu-1: slow");
    bad("gpu-2", "unresponsive", false);
    tells("Unknown", "AcceleratorHealthUnknown", "7 of 8 accelerators can be used; gpu-2");
    bad("gpu-3", "xid", false);
    tells("False", "AcceleratorsUnhealthy", "6 of 8 accelerators can be used; gpu-3: xid");
    devices.replaceAll((name, list) -> List.of());
    incomplete = true;
    tells("False", "AcceleratorsMissing", "8 of 8 accelerators can be used; 8 of 9 GPUs");
    devices.clear();
    incomplete = false;
    tells("Unknown", "NoAccelerators", "no accelerator was found");
  }

  @Test
  void theTimeIsThatOfTheChangeOfTheStatus() {
    bad("gpu-3", "xid", false);
    pass(Duration.ofMinutes(10));
    Instant since = written.getLast().since();
    bad("gpu-4", "xid", false);
    pass(Duration.ofMinutes(10));
    assertThat(written.getLast().message()).contains("gpu-4");
    assertThat(written.getLast().since()).isEqualTo(since);
  }

  @Test
  void theNextProcessWritesNothingThatIsStored() {
    bad("gpu-3", "xid", false);
    pass(MINUTE);
    keeper.close();
    begin();
    pass(Duration.ofMinutes(10));
    assertThat(written).hasSize(1);
    assertThat(reads).isEqualTo(2);
  }

  @Test
  void aFlappingDeviceCostsAFewWritesOnly() {
    for (int i = 0; i < 60; i++) {
      bad("gpu-3", "xid", false);
      pass(Duration.ofSeconds(5));
      devices.put("gpu-3", List.of());
      pass(Duration.ofSeconds(5));
    }
    assertThat(written).hasSizeBetween(2, 8);
    pass(Duration.ofMinutes(6));
    assertThat(written.getLast().status()).isEqualTo("True");
  }

  @Test
  void aServerThatRefusesOrIsAwayIsAskedSeldom() {
    refusal = ClusterException.Reason.FORBIDDEN;
    pass(Duration.ofMinutes(30));
    assertThat(reads).isLessThan(16);
    refusal = ClusterException.Reason.UNREACHABLE;
    pass(Duration.ofMinutes(30));
    assertThat(reads).isLessThan(40);
    refusal = null;
    pass(Duration.ofMinutes(6));
    assertThat(written).hasSize(1);
  }

  private void tells(String status, String reason, String message) {
    pass(Duration.ofMinutes(10));
    assertThat(written.getLast().status()).isEqualTo(status);
    assertThat(written.getLast().reason()).isEqualTo(reason);
    assertThat(written.getLast().message()).startsWith(message);
  }

  private void bad(String device, String code, boolean schedulable) {
    devices.put(
        device,
        List.of(
            new Reason(
                code,
                "",
                code + " it is",
                schedulable ? State.DEGRADED : State.UNHEALTHY,
                schedulable ? HealthReport.Effect.NONE : HealthReport.Effect.NO_SCHEDULE,
                HealthReport.Action.RESET,
                "it is reset",
                BEGIN)));
  }

  private void pass(Duration time) {
    long end = nanos + time.toNanos();
    while (nanos < end) {
      nanos += 1_000_000_000L;
      keeper.look();
    }
  }

  private NodeConditionKeeper.Devices now() {
    List<Device> all = new ArrayList<>();
    Map<DeviceName, HealthReport> reports =
        new TreeMap<>(java.util.Comparator.comparing(DeviceName::value));
    devices.forEach((name, reasons) -> {
      DeviceName device = new DeviceName(name);
      all.add(Chips.named(name));
      State state =
          reasons.isEmpty()
              ? State.HEALTHY
              : reasons.getFirst().schedulable()
                  ? State.DEGRADED
                  : reasons.getFirst().code().equals("unresponsive")
                      ? State.UNKNOWN
                      : State.UNHEALTHY;
      reports.put(device, new HealthReport(device, state, reasons, BEGIN));
    });
    ProbeStatus probe =
        new ProbeStatus(
            "nvidia", ProbeStatus.State.READY, BEGIN, incomplete ? "8 of 9 GPUs" : "", !incomplete);
    return new NodeConditionKeeper.Devices(
        new Inventory(BEGIN, all, Set.of(), List.of(probe)), reports);
  }

  @Override
  public Optional<NodeCondition> read(String node, String type) throws ClusterException {
    reads++;
    ClusterException.Reason no = refusal;
    if (no != null) {
      throw new ClusterException(no, "no");
    }
    return stored;
  }

  @Override
  public void write(String node, NodeCondition condition, Instant at) {
    written.add(condition);
    stored = Optional.of(condition);
  }
}
