package dev.acceld.dra.claim;

import static dev.acceld.dra.claim.Node.prepared;
import static dev.acceld.dra.claim.Node.refused;
import static dev.acceld.dra.claim.Node.unprepare;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.HealthReport.Action;
import dev.acceld.device.HealthReport.Effect;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.HealthReport.State;
import dev.acceld.dra.claim.service.ClaimManager;
import dev.acceld.dra.cluster.ClaimRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Devices that nobody may be given now, and who has them. */
@Timeout(30)
class HandsOffTest {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final DeviceName GPU = new DeviceName("gpu-0");

  @TempDir Path dir;
  private Node node;

  @BeforeEach
  void node() {
    node = new Node(dir);
  }

  private void say(String code) {
    Reason reason =
        new Reason(
            code,
            "",
            "the device is out of use",
            State.UNKNOWN,
            Effect.NO_SCHEDULE,
            Action.NONE,
            "it is back",
            Instant.EPOCH);
    node.health.put(GPU, new HealthReport(GPU, State.UNKNOWN, List.of(reason), Instant.EPOCH));
  }

  @Test
  void aDeviceUnderRepairIsRefusedUntilThatIsOver() throws Exception {
    ClaimManager manager = node.open();
    ClaimRef claim = node.cluster.allocate("a", "uid-a", "gpu-0");
    for (String code : List.of("repairing", "released")) {
      say(code);
      assertThat(refused(manager, claim)).contains("gpu-0", "is " + code, "the prepare is retried");
    }
    node.health.clear();
    prepared(manager, claim);
    say("repairing");
    prepared(manager, claim); // it has it already
    unprepare(manager, claim);
  }

  @Test
  void holdersAreNamedWithTheirPods() throws Exception {
    ClaimManager manager = node.open();
    Set<String> part = physical();
    assertThat(manager.holders(part, PATIENCE)).isEmpty();
    ClaimRef claim = node.cluster.allocate("a", "uid-a", "gpu-0");
    prepared(manager, claim);
    assertThat(manager.holders(part, PATIENCE))
        .singleElement()
        .asString()
        .contains("claim " + claim.path(), "UID uid-a", "holds gpu-0");
    unprepare(manager, claim);
    assertThat(manager.holders(part, PATIENCE)).isEmpty();
  }

  @Test
  void aRecordThatCannotBeReadIsNoAnswer() throws Exception {
    ClaimManager manager = node.open();
    ClaimRef claim = node.cluster.allocate("a", "uid-a", "gpu-0");
    prepared(manager, claim);
    for (String copies : List.of("claims", "claim-copies")) {
      try (var files = Files.walk(dir)) {
        for (Path file : files.filter(f -> f.toString().contains("/" + copies + "/")).toList()) {
          if (Files.isRegularFile(file)) {
            Files.writeString(file, "damaged");
          }
        }
      }
    }
    assertThatThrownBy(() -> manager.holders(physical(), PATIENCE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("uid-a");
  }

  private Set<String> physical() {
    return node.inventory.find(GPU).orElseThrow().common().physical();
  }
}
