package dev.acceld.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.HealthReport.Action;
import dev.acceld.device.HealthReport.State;
import dev.acceld.device.Vendor;
import dev.acceld.health.nvidia.NvidiaHealthRules;
import dev.acceld.probe.Fakes;
import dev.acceld.vendor.FaultCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cause of an XID, told by another source than the XID itself. */
class SubCodesTest {
  private static final FaultCode XID = NvidiaHealthRules.xid(149);
  private static final FaultCode GRAVE = NvidiaHealthRules.nvlink5(149, "NETIR_LINK_EVT", 37, 0);
  private static final FaultCode MILD = NvidiaHealthRules.nvlink5(149, "NETIR_BER_EVENT", 0, 1);
  private static final FaultCode HARMLESS =
      NvidiaHealthRules.nvlink5(149, "NETIR_MFDE_EVENT", 0, 3);

  @TempDir Path dir;
  private RuleStage stage;

  @AfterEach
  void end() {
    stage.close();
  }

  @BeforeEach
  void begin() {
    stage = new RuleStage(Vendor.NVIDIA, new NvidiaHealthRules(), dir);
  }

  @Test
  void theCauseCountsInWhicheverOrderTheyCome() {
    stage.happens(XID);
    assertThat(stage.report().state()).isEqualTo(State.UNHEALTHY);
    stage.clock.seconds(3);
    stage.happens(MILD);
    assertThat(stage.report().state()).isEqualTo(State.DEGRADED);
    assertThat(stage.report().reasons().getFirst().message())
        .startsWith("XID 149 (netir-ber-event.1): ");
    assertThat(stage.report().reasons().getFirst().value()).isEqualTo("149");

    end();
    stage = new RuleStage(Vendor.NVIDIA, new NvidiaHealthRules(), dir.resolve("other"));
    stage.happens(MILD);
    stage.clock.seconds(3);
    stage.happens(XID);
    assertThat(stage.report().state()).isEqualTo(State.DEGRADED);
  }

  @Test
  void aHarmlessCauseTakesBackWhatTheXidDid() {
    stage.happens(XID);
    stage.clock.seconds(2);
    stage.happens(HARMLESS);
    assertThat(stage.report().state()).isEqualTo(State.HEALTHY);
    stage.clock.seconds(120);
    stage.happens(XID);
    assertThat(stage.report().state()).isEqualTo(State.UNHEALTHY);
    stage.clock.seconds(120);
    stage.happens(HARMLESS);
    assertThat(stage.report().state()).as("of another event").isEqualTo(State.UNHEALTHY);
  }

  @Test
  void ofSeveralCausesTheGravestCounts() {
    stage.happens(GRAVE);
    stage.clock.seconds(1);
    stage.happens(MILD);
    assertThat(stage.report().state()).isEqualTo(State.UNHEALTHY);
    assertThat(stage.report().reasons()).hasSize(1);
    assertThat(stage.report().reasons().getFirst().action()).isEqualTo(Action.RESET);
  }

  @Test
  void faultsAreCountedByTheirNumber() {
    stage.happens(GRAVE);
    stage.happens(MILD);
    assertThat(stage.health.faultCounts())
        .isEqualTo(Map.of(Fakes.name(RuleStage.DEVICE), Map.of(XID, 2L)));
  }

  @Test
  void theCauseOutlivesTheAgent() {
    stage.happens(MILD);
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> Files.exists(dir.resolve("gpu-gpu-0.xid-149")));
    end();
    stage = new RuleStage(Vendor.NVIDIA, new NvidiaHealthRules(), dir);
    assertThat(stage.report().state()).isEqualTo(State.DEGRADED);
    stage.clock.seconds(200);
    stage.happens(GRAVE);
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() ->
            Files.readAllLines(dir.resolve("gpu-gpu-0.xid-149"))
                .containsAll(List.of("condition=xid-149", "detail=netir-link-evt.37")));
  }
}
