package dev.acceld.telemetry;

import static dev.acceld.telemetry.SmallMachine.CLAIM;
import static dev.acceld.telemetry.SmallMachine.GPU0;
import static dev.acceld.telemetry.SmallMachine.GPU1;
import static dev.acceld.telemetry.SmallMachine.POD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.dra.cluster.PodRef;
import dev.acceld.snapshot.ContainerUses;
import dev.acceld.snapshot.ContainerUses.Given;
import dev.acceld.snapshot.NodeSnapshot;
import dev.acceld.usage.UsageReport;
import dev.acceld.workload.PodWorkload;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Which container has a device, and what device plugins gave away. */
class ContainerSeriesTest {
  private final SmallMachine machine = new SmallMachine();

  @Test
  void theContainerIsNamedWhereOneAloneRefersToTheClaim() {
    machine.containers = uses(List.of("main"), List.of());
    String text = machine.scrape();
    assertThat(lines(text, "DCGM_FI_DEV_GPU_UTIL", "gpu=\"0\"").getFirst())
        .contains("container=\"main\"", "pod=\"train-0\"", "pod_uid=\"pod-uid-1\"");
    assertThat(lines(text, "acceld_claim_container_info", "container=\"main\"")).hasSize(1);
    assertThat(lines(text, "acceld_claim_energy_joules_total", "")).noneMatch(isOfAContainer());
    assertThat(lines(text, "acceld_device_", "")).noneMatch(isOfAContainer());

    machine.containers = uses(List.of("main", "side"), List.of());
    text = machine.scrape();
    assertThat(lines(text, "DCGM_FI_DEV_GPU_UTIL", "gpu=\"0\"").getFirst())
        .contains("pod=\"train-0\"")
        .doesNotContain("container=");
    assertThat(lines(text, "acceld_claim_container_info", "pod_uid=\"pod-uid-1\""))
        .hasSize(2)
        .allMatch(line -> line.contains("claim_uid=\"uid-1\""));

    machine.containers = ContainerUses.NONE;
    text = machine.scrape();
    assertThat(text).contains("pod=\"train-0\"").doesNotContain("container=\"");
  }

  @Test
  void aDeviceOfADevicePluginHasItsPodAndNoClaim() {
    PodRef classic = new PodRef("team-c", "classic-0", "");
    machine.containers =
        uses(List.of(), List.of(new Given(GPU1, "nvidia.com/gpu", classic, "main")));
    String text = machine.scrape();
    assertThat(lines(text, "DCGM_FI_DEV_GPU_UTIL", "gpu=\"1\"").getFirst())
        .contains("namespace=\"team-c\"", "pod=\"classic-0\"", "container=\"main\"")
        .doesNotContain("dra_", "pod_uid=");
    assertThat(lines(text, "acceld_device_utilization_ratio", GPU1.value()).getFirst())
        .contains("namespace=\"team-c\"", "pod=\"classic-0\"")
        .doesNotContain("claim=");
    assertThat(lines(text, "acceld_device_plugin_info", "resource=\"nvidia.com/gpu\"")).hasSize(1);
  }

  @Test
  void ofADeviceThatAPluginGaveToSeveralOrThatAClaimHoldsThePluginsPodIsNoLabel() {
    PodRef one = new PodRef("team-c", "classic-0", "");
    PodRef two = new PodRef("team-c", "classic-1", "");
    machine.containers =
        uses(
            List.of(),
            List.of(
                new Given(GPU1, "nvidia.com/gpu", one, "main"),
                new Given(GPU1, "nvidia.com/gpu", two, "main"),
                new Given(GPU0, "nvidia.com/gpu", two, "main")));
    String text = machine.scrape();
    assertThat(lines(text, "DCGM_FI_DEV_GPU_UTIL", "gpu=\"1\"").getFirst())
        .doesNotContain("namespace=", "pod=");
    assertThat(lines(text, "DCGM_FI_DEV_GPU_UTIL", "gpu=\"0\"").getFirst())
        .contains("pod=\"train-0\"", "dra_claim_name=\"train-gpus\"");
    assertThat(lines(text, "acceld_device_plugin_info", "")).hasSize(3);
  }

  @Test
  void theOwnerAndTheLabelsOfAPodAreInformationOfTheirOwn() {
    try (Telemetry telemetry = SmallMachine.telemetry()) {
      telemetry.bind(
          () -> NodeSnapshot.EMPTY,
          () -> UsageReport.EMPTY,
          () -> List.of(new PodWorkload(POD, "Job", "train", Map.of("ray.io/cluster", "a\"b"))));
      assertThat(SmallMachine.text(telemetry))
          .contains(
              "\nacceld_pod_workload_info{label_ray_io_cluster=\"a\\\"b\",namespace=\"team-a\","
                  + "owner_kind=\"Job\",owner_name=\"train\",pod=\"train-0\",pod_uid=\"pod-uid-1\"} 1\n");
    }
    assertThat(machine.scrape()).doesNotContain("acceld_pod_workload_info");
  }

  private static ContainerUses uses(List<String> containers, List<Given> plugins) {
    return new ContainerUses(Map.of(CLAIM.uid(), Map.of(POD, containers)), plugins);
  }

  private static Predicate<String> isOfAContainer() {
    return line -> line.contains("container=");
  }

  private static List<String> lines(String text, String family, String having) {
    Pattern sample = Pattern.compile(Pattern.quote(family) + "[{ ].*");
    return text.lines()
        .filter(line -> sample.matcher(line).matches() && line.contains(having))
        .toList();
  }
}
