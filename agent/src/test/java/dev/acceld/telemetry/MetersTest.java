package dev.acceld.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.dra.kubelet.KubeletPluginObserver.Call;
import dev.acceld.dra.kubelet.RegistrationStatus;
import dev.acceld.startup.StartupPhase;
import dev.acceld.telemetry.meters.KubeletMeters;
import dev.acceld.telemetry.meters.SliceMeters;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The agent's own meters, as its parts drive them. */
class MetersTest {
  private final Telemetry telemetry = SmallMachine.telemetry();

  @AfterEach
  void close() {
    telemetry.close();
  }

  @Test
  void registrationIsAskedAtTheScrape() {
    AtomicBoolean now = new AtomicBoolean();
    telemetry.kubelet().registered("DRAPlugin", now::get);
    assertThat(text()).contains("acceld_kubelet_registered{service=\"DRAPlugin\"} 0.0\n");
    now.set(true);
    assertThat(text()).contains("acceld_kubelet_registered{service=\"DRAPlugin\"} 1.0\n");
  }

  @Test
  void theKubeletsAnswersAreCounted() {
    for (RegistrationStatus.State state : RegistrationStatus.State.values()) {
      telemetry.kubelet().registration(new RegistrationStatus(state, "", Instant.EPOCH));
    }
    assertThat(text())
        .contains("acceld_kubelet_registrations_total{outcome=\"ok\"} 1.0\n")
        .contains("acceld_kubelet_registrations_total{outcome=\"failed\"} 1.0\n");
  }

  @Test
  void aCallWithOneFailedClaimIsFailedAndOneGivenUpIsCancelled() {
    KubeletMeters kubelet = telemetry.kubelet();
    kubelet.answered(Call.PREPARE, 2, 1, Duration.ofMillis(3), false);
    kubelet.answered(Call.PREPARE, 1, 0, Duration.ofMillis(3), false);
    kubelet.answered(Call.PREPARE, 1, 1, Duration.ofSeconds(50), true);
    kubelet.connections(1);
    assertThat(text())
        .contains(count("prepare", "failed"), count("prepare", "ok"), count("prepare", "cancelled"))
        .contains("acceld_kubelet_connections 1.0\n");
  }

  /** The first pod of an agent is an increase, too. */
  @Test
  void eachPhaseOfAPodsStartIsThereBeforeTheFirstPod() {
    assertThat(text()).as("no claims are prepared here").doesNotContain("acceld_pod_startup");
    telemetry.startups().begin(() -> Duration.ZERO);
    String before = text();
    for (StartupPhase phase : StartupPhase.values()) {
      String labels = "{phase=\"" + phase.label() + "\"";
      assertThat(before)
          .contains("acceld_pod_startup_seconds_count" + labels + "} 0\n")
          .contains("acceld_pod_startup_seconds_bucket" + labels + ",le=\"60.0\"} 0\n");
      telemetry.startups().record(phase, Duration.ofSeconds(90));
      assertThat(text())
          .contains("acceld_pod_startup_seconds_count" + labels + "} 1\n")
          .contains("acceld_pod_startup_seconds_bucket" + labels + ",le=\"60.0\"} 0\n")
          .contains("acceld_pod_startup_seconds_bucket" + labels + ",le=\"120.0\"} 1\n");
    }
    assertThat(names(text())).isEqualTo(names(before));
  }

  @Test
  void theAgeOfPendingClaimsIsAskedAtTheScrape() {
    AtomicReference<Duration> age = new AtomicReference<>(Duration.ZERO);
    telemetry.startups().begin(age::get);
    assertThat(text()).contains("acceld_claims_pending_age_seconds 0.0\n");
    age.set(Duration.ofMillis(90_500));
    assertThat(text()).contains("acceld_claims_pending_age_seconds 90.5\n");
  }

  private static List<String> names(String text) {
    return text.lines().map(line -> line.substring(0, line.lastIndexOf(' '))).toList();
  }

  @Test
  void slicesHaveNoSeriesBeforeThereIsSomethingToTell() {
    assertThat(text()).doesNotContain("acceld_slices_in_sync").doesNotContain("first_stored");
    SliceMeters slices = telemetry.slices();
    slices.waitingForWriter();
    assertThat(text()).contains("acceld_slices_waiting_for_writer 1.0\n");
    slices.inSync(8, 1, 3);
    slices.firstStored(Duration.ofMillis(250));
    slices.wrote("create", "ok");
    slices.wrote("update", "conflict");
    assertThat(text())
        .contains("acceld_slices_in_sync 1.0\n")
        .contains("acceld_slices_waiting_for_writer 0.0\n")
        .contains("acceld_slice_devices_published 8.0\n")
        .contains("acceld_slice_pool_generation 3.0\n")
        .contains("acceld_slice_first_stored_seconds 0.25\n")
        .contains("acceld_slice_writes_total{outcome=\"conflict\",verb=\"update\"} 1.0\n");
    slices.failed("no answer");
    assertThat(text())
        .contains("acceld_slices_in_sync 0.0\n")
        .contains("acceld_slice_failures_total 1.0\n");
  }

  private String text() {
    return SmallMachine.text(telemetry);
  }

  private static String count(String call, String outcome) {
    return "acceld_kubelet_call_duration_seconds_count{call=\""
        + call
        + "\",outcome=\""
        + outcome
        + "\"} 1\n";
  }
}
