package dev.acceld.telemetry;

import static dev.acceld.telemetry.SmallMachine.CLAIM;
import static dev.acceld.telemetry.SmallMachine.GPU0;
import static dev.acceld.telemetry.SmallMachine.GPU1;
import static dev.acceld.telemetry.SmallMachine.NOW;
import static dev.acceld.telemetry.SmallMachine.POD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.Metric;
import dev.acceld.device.MigDevice;
import dev.acceld.device.Sample;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DeviceSeriesTest {
  private final SmallMachine machine = new SmallMachine();

  @Test
  void aHeldDeviceCarriesItsClaimAndPodAndAFreeOneDoesNot() {
    String text = machine.scrape();
    assertThat(lines(text, "acceld_device_utilization_ratio", GPU0.value()))
        .singleElement()
        .asString()
        .contains("claim=\"train-gpus\"", "namespace=\"team-a\"", "pod=\"train-0\"")
        .endsWith(" 0.93");
    assertThat(lines(text, "acceld_device_utilization_ratio", GPU1.value()))
        .singleElement()
        .asString()
        .doesNotContain("claim=", "pod=", "namespace=")
        .endsWith(" 0.0");
  }

  @Test
  void dashboard12239FindsTheSeriesItDrawsFrom() {
    String text = machine.scrape();
    assertThat(lines(text, "DCGM_FI_PROF_PIPE_TENSOR_ACTIVE", "gpu=\"0\"")).hasSize(1);
    for (String name : List.of("GPU_TEMP", "POWER_USAGE", "SM_CLOCK", "GPU_UTIL", "FB_USED")) {
      assertThat(lines(text, "DCGM_FI_DEV_" + name, "gpu=\"0\"")).as(name).hasSize(1);
    }
    assertThat(lines(text, "DCGM_FI_DEV_FB_USED", "gpu=\"0\"").getFirst()).endsWith(" 70000.0");
    assertThat(text.lines().filter(l -> l.startsWith("DCGM")).filter(l -> l.contains("tpu")))
        .isEmpty();
  }

  @Test
  void aPartitionHasTheLabelsOfItsGpuAndItsOwn() {
    DeviceName name = new DeviceName("gpu-4e5f6a7b-mig-1g10gb-6");
    machine.devices =
        List.of(SmallMachine.gpu(GPU0, 0), SmallMachine.gpu(GPU1, 1), SmallMachine.mig(name, GPU1));
    machine.readings.put(name, Sample.of(Map.of(Metric.MEMORY_USED, 1024.0 * (1 << 20))));
    machine.claims = List.of(SmallMachine.claim(CLAIM, List.of(POD), name));
    String text = machine.scrape();
    assertThat(lines(text, "acceld_device_memory_used_bytes", name.value()))
        .singleElement()
        .asString()
        .contains("claim=\"train-gpus\"", "type=\"mig\"");
    assertThat(lines(text, "DCGM_FI_DEV_FB_USED", "GPU_I_ID=\"9\""))
        .singleElement()
        .asString()
        .contains(
            "GPU_I_PROFILE=\"1g.10gb\"",
            "UUID=\"GPU-0a1b2c3d-0000-4000-8000-000000000001\"",
            "gpu=\"1\"",
            "device=\"nvidia1\"",
            "dra_device_name=\"" + name.value() + "\"",
            "dra_mig_profile=\"1g.10gb\"",
            "dra_mig_device_uuid=\"MIG-1\"",
            "pod=\"train-0\"")
        .endsWith(" 1024.0");
  }

  @Test
  void inMigModeDcgmsNamesHaveTheInstancesAndTheGpuWhereOnlyItHasTheValue() {
    DeviceName one = new DeviceName("gpu-4e5f6a7b-mig-1g10gb-6");
    DeviceName two = new DeviceName("gpu-4e5f6a7b-mig-3g40gb-0");
    machine.devices =
        List.of(
            SmallMachine.gpu(GPU0, 0),
            SmallMachine.gpu(GPU1, 1),
            SmallMachine.mig(one, GPU1),
            SmallMachine.mig(two, GPU1, "3g.40gb", new MigDevice.Instance("MIG-2", 1, 0)));
    double gib = 1 << 30;
    machine.readings.put(one, Sample.of(Map.of(Metric.MEMORY_USED, gib)));
    machine.readings.put(
        two, Sample.of(Map.of(Metric.MEMORY_USED, 2 * gib, Metric.SM_ACTIVE, 0.5)));
    String text = machine.scrape();
    assertThat(lines(text, "DCGM_FI_DEV_FB_USED", "gpu=\"1\""))
        .hasSize(2)
        .allMatch(l -> l.contains("GPU_I_ID="));
    assertThat(sum(lines(text, "DCGM_FI_DEV_FB_USED", "gpu=\"1\""))).isEqualTo(3 * 1024);
    assertThat(lines(text, "DCGM_FI_PROF_SM_ACTIVE", "gpu=\"1\"")).hasSize(1);
    for (String ofGpu : List.of("DEV_GPU_TEMP", "DEV_POWER_USAGE", "DEV_XID_ERRORS")) {
      assertThat(lines(text, "DCGM_FI_" + ofGpu, "gpu=\"1\""))
          .singleElement()
          .asString()
          .doesNotContain("GPU_I_ID");
    }
    assertThat(lines(text, "DCGM_FI_DEV_FB_USED", "gpu=\"0\"")).hasSize(1);
  }

  @Test
  void partsOfOneInstanceHaveItsMemoryOnceAndItIsNobodysAlone() {
    DeviceName one = new DeviceName("gpu-4e5f6a7b-mig-1c3g40gb-0-0");
    DeviceName two = new DeviceName("gpu-4e5f6a7b-mig-2c3g40gb-0-1");
    machine.devices =
        List.of(
            SmallMachine.gpu(GPU1, 1),
            SmallMachine.mig(one, GPU1, "1c.3g.40gb", new MigDevice.Instance("MIG-1", 1, 0)),
            SmallMachine.mig(two, GPU1, "2c.3g.40gb", new MigDevice.Instance("MIG-2", 1, 1)));
    Sample memory = Sample.of(Map.of(Metric.MEMORY_USED, 1024.0 * (1 << 20)));
    machine.readings.put(one, memory);
    machine.readings.put(two, memory);
    machine.claims = List.of(SmallMachine.claim(CLAIM, List.of(POD), one));
    assertThat(lines(machine.scrape(), "DCGM_FI_DEV_FB_USED", ""))
        .singleElement()
        .asString()
        .contains("GPU_I_PROFILE=\"3g.40gb\"")
        .doesNotContain("pod=")
        .endsWith(" 1024.0");
  }

  private static double sum(List<String> lines) {
    return lines.stream()
        .mapToDouble(l -> Double.parseDouble(l.substring(l.lastIndexOf(' '))))
        .sum();
  }

  @Test
  void whatWasNotReadIsNoSeries() {
    machine.readings.put(GPU0, Sample.of(Map.of(Metric.POWER, 100.0)));
    machine.readings.remove(GPU1);
    String text = machine.scrape();
    assertThat(lines(text, "acceld_device_power_watts", GPU0.value())).hasSize(1);
    assertThat(lines(text, "acceld_device_utilization_ratio", "")).isEmpty();
    assertThat(lines(text, "acceld_device_power_watts", GPU1.value())).isEmpty();
    assertThat(lines(text, "DCGM_FI_DEV_GPU_UTIL", "")).isEmpty();
    assertThat(text).doesNotContain("# TYPE acceld_device_utilization_ratio");
  }

  @Test
  void aReadingThatIsNoNumberCostsItselfOnly() {
    machine.readings.put(
        GPU0,
        Sample.of(Map.of(Metric.POWER, Double.NaN, Metric.ENERGY, -1.0, Metric.TEMPERATURE, 40.0)));
    String text = machine.scrape();
    assertThat(lines(text, "acceld_device_power_watts", GPU0.value())).isEmpty();
    assertThat(lines(text, "acceld_device_energy_joules_total", GPU0.value())).isEmpty();
    assertThat(lines(text, "acceld_device_energy_joules_total", GPU1.value())).hasSize(1);
    assertThat(lines(text, "acceld_device_temperature_celsius", GPU0.value())).hasSize(1);
  }

  @Test
  void theAgeStaysWhileNothingIsRead() {
    machine.readings.clear();
    machine.ages = Map.of("nvidia", Duration.ofSeconds(61), "tpu", Duration.ofMillis(500));
    String text = machine.scrape();
    assertThat(lines(text, "acceld_device_power_watts", "")).isEmpty();
    assertThat(text)
        .contains("\nacceld_readings_age_seconds{probe=\"nvidia\"} 61.0\n")
        .contains("\nacceld_readings_age_seconds{probe=\"tpu\"} 0.5\n");
    assertThat(lines(text, "acceld_device_health_state", GPU0.value())).hasSize(4);
  }

  @Test
  void aProbeWhoseHardwareWasNeverThereHasNoAge() {
    machine.ages = Map.of();
    assertThat(machine.scrape()).doesNotContain("acceld_readings_age_seconds");
  }

  @Test
  void aVanishedDeviceShowsThatItIsGoneAndNothingThatItDid() {
    machine.missing = Set.of(GPU1);
    String text = machine.scrape();
    assertThat(lines(text, "acceld_device_present", GPU1.value()).getFirst()).endsWith(" 0.0");
    assertThat(lines(text, "acceld_device_info", GPU1.value())).hasSize(1);
    assertThat(lines(text, "acceld_device_power_watts", GPU1.value())).isEmpty();
    assertThat(lines(text, "DCGM_FI_DEV_POWER_USAGE", "gpu=\"1\"")).isEmpty();
  }

  @Test
  void seriesOfAPodAndOfADeviceDropOutWhenItHasGone() {
    try (Telemetry telemetry = SmallMachine.telemetry()) {
      machine.bind(telemetry);
      assertThat(SmallMachine.text(telemetry)).contains("train-0").contains(GPU1.value());
      machine.claims = List.of();
      machine.devices = machine.devices.subList(0, 1);
      String text = SmallMachine.text(telemetry);
      assertThat(text).doesNotContain("train-0").doesNotContain(GPU1.value());
      assertThat(text).contains("\nacceld_claims_prepared 0.0\n");
    }
  }

  @Test
  void aClaimOfSeveralPodsNamesNoPodOnTheDevicesValueAndJoinsThemApart() {
    PodRef other = new PodRef("team-a", "train-1", "pod-uid-2");
    machine.claims = List.of(SmallMachine.claim(CLAIM, List.of(POD, other), GPU0));
    String text = machine.scrape();
    assertThat(lines(text, "acceld_device_power_watts", GPU0.value()))
        .singleElement()
        .asString()
        .contains("claim=\"train-gpus\"")
        .doesNotContain("pod=");
    assertThat(lines(text, "DCGM_FI_DEV_POWER_USAGE", "gpu=\"0\""))
        .singleElement()
        .asString()
        .contains("dra_claim_name=\"train-gpus\"")
        .doesNotContain("pod=");
    assertThat(lines(text, "acceld_claim_pod_info", "train-gpus"))
        .anyMatch(l -> l.contains("pod=\"train-0\""))
        .anyMatch(l -> l.contains("pod=\"train-1\""))
        .hasSize(2);
  }

  @Test
  void aDeviceOfSeveralClaimsCarriesNoneAndListsThemApart() {
    ClaimRef other = new ClaimRef("team-b", "serve", "uid-2");
    machine.claims =
        List.of(
            SmallMachine.claim(CLAIM, List.of(POD), GPU0),
            SmallMachine.claim(other, List.of(), GPU0));
    String text = machine.scrape();
    assertThat(lines(text, "acceld_device_power_watts", GPU0.value()))
        .singleElement()
        .asString()
        .doesNotContain("claim=");
    assertThat(lines(text, "acceld_device_claim_info", GPU0.value())).hasSize(2);
  }

  @Test
  void adminAccessDoesNotTakeADeviceOver() {
    ClaimRef admin = new ClaimRef("ops", "watch", "uid-3");
    machine.claims =
        List.of(
            SmallMachine.claim(CLAIM, List.of(POD), GPU0),
            new PreparedClaim(admin, List.of(SmallMachine.prepared(GPU0, true)), List.of(), NOW));
    String text = machine.scrape();
    assertThat(lines(text, "acceld_device_power_watts", GPU0.value()).getFirst())
        .contains("claim=\"train-gpus\"");
    assertThat(lines(text, "acceld_device_claim_info", "watch").getFirst())
        .contains("admin_access=\"true\"");
  }

  @Test
  void nvlinkBandwidthIsDcgmsRateAndNoSumOfLinksGoesBack() {
    machine.readings.put(GPU0, links(4, 6));
    machine.readings.remove(GPU1);
    try (Telemetry telemetry = SmallMachine.telemetry()) {
      machine.bind(telemetry);
      String text = SmallMachine.text(telemetry);
      assertThat(text).contains("# TYPE DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL gauge\n");
      assertThat(value(text, "DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL")).isEqualTo(64);
      assertThat(value(text, "DCGM_FI_DEV_NVLINK_REPLAY_ERROR_COUNT_TOTAL")).isEqualTo(10);
      machine.readings.put(GPU0, links(Double.NaN, 7));
      text = SmallMachine.text(telemetry);
      assertThat(value(text, "DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL")).isEqualTo(64);
      assertThat(value(text, "DCGM_FI_DEV_NVLINK_REPLAY_ERROR_COUNT_TOTAL")).isEqualTo(11);
    }
  }

  private static Sample links(double first, double second) {
    return new Sample.Builder()
        .put(Metric.NVLINK_SENT_RATE, 48.0 * (1 << 20))
        .put(Metric.NVLINK_RECEIVED_RATE, 16.0 * (1 << 20))
        .put(Metric.NVLINK_SENT, 0, 1e12 * first)
        .put(Metric.NVLINK_SENT, 1, 1e12)
        .put(Metric.NVLINK_REPLAYS, 0, first)
        .put(Metric.NVLINK_REPLAYS, 1, second)
        .build();
  }

  @Test
  void theFabricManagersStatusIsDcgms() {
    double[][] cases = {{1, Double.NaN, 1}, {2, Double.NaN, 2}, {3, 0, 3}, {3, 10, 4}};
    for (double[] of : cases) {
      machine.readings.put(
          GPU0,
          new Sample.Builder()
              .put(Metric.FABRIC_STATE, of[0])
              .put(Metric.FABRIC_STATUS, of[1])
              .build());
      machine.readings.remove(GPU1);
      assertThat(value(machine.scrape(), "DCGM_FI_DEV_FABRIC_MANAGER_STATUS")).isEqualTo(of[2]);
    }
  }

  private static double value(String text, String family) {
    String line = lines(text, family, "").getFirst();
    return Double.parseDouble(line.substring(line.lastIndexOf(' ')));
  }

  @Test
  void aProbeThatAnswersAndLacksSomethingIsNotComplete() {
    assertThat(lines(machine.scrape(), "acceld_probe_complete", ""))
        .containsExactly("acceld_probe_complete{probe=\"nvidia\"} 1.0"); // the other one hangs
    machine.complete = false;
    assertThat(lines(machine.scrape(), "acceld_probe_complete", ""))
        .containsExactly("acceld_probe_complete{probe=\"nvidia\"} 0.0");
  }

  @Test
  void labelValuesAreEscaped() {
    machine.devices = List.of(SmallMachine.gpu(GPU0, 0, "say \"hi\" \\ then\nnew line"));
    assertThat(lines(machine.scrape(), "acceld_device_info", GPU0.value()).getFirst())
        .contains("model=\"say \\\"hi\\\" \\\\ then\\nnew line\"");
  }

  @Test
  void xidsAreCountedByCodeAndTheOpenOneIsDcgms() {
    String text = machine.scrape();
    assertThat(lines(text, "acceld_device_xid_errors_total", "xid=\"13\"").getFirst())
        .endsWith(" 4.0");
    assertThat(lines(text, "DCGM_FI_DEV_XID_ERRORS", "gpu=\"1\"").getFirst()).endsWith(" 79.0");
    assertThat(lines(text, "DCGM_FI_DEV_XID_ERRORS", "gpu=\"0\"").getFirst()).endsWith(" 0.0");
    machine.health.put(GPU0, new HealthReport(GPU0, HealthReport.State.UNKNOWN, List.of(), NOW));
    assertThat(lines(machine.scrape(), "DCGM_FI_DEV_XID_ERRORS", "gpu=\"0\"")).isEmpty();
  }

  @Test
  void aGpuThatIsNotThereHasTheXidsThatItHadAndNoZero() {
    machine.missing = Set.of(GPU0, GPU1);
    String text = machine.scrape();
    for (String family :
        List.of(
            "acceld_device_xids_total",
            "acceld_device_xid_errors_total",
            "DCGM_FI_DEV_XID_ERRORS")) {
      assertThat(lines(text, family, "")).isNotEmpty();
      assertThat(lines(text, family, GPU0.value())).isEmpty();
      assertThat(lines(text, family, "gpu=\"0\"")).isEmpty();
    }
    assertThat(lines(text, "acceld_device_xids_total", GPU1.value()).getFirst()).endsWith(" 5.0");
    assertThat(lines(text, "DCGM_FI_DEV_XID_ERRORS", "gpu=\"1\"").getFirst()).endsWith(" 79.0");
  }

  /** The samples of one family that contain a text. */
  private static List<String> lines(String text, String family, String having) {
    Pattern sample = Pattern.compile(Pattern.quote(family) + "[{ ].*");
    return text.lines()
        .filter(line -> sample.matcher(line).matches() && line.contains(having))
        .toList();
  }
}
