package dev.acceld.telemetry;

import static dev.acceld.telemetry.SmallMachine.CLAIM;
import static dev.acceld.telemetry.SmallMachine.GPU0;
import static dev.acceld.telemetry.SmallMachine.GPU1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.HealthReport;
import dev.acceld.device.Vendor;
import dev.acceld.dra.claim.ClaimObserver.Operation;
import dev.acceld.dra.claim.ClaimObserver.Phase;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.kubelet.KubeletPluginObserver.Call;
import dev.acceld.dra.kubelet.RegistrationStatus;
import dev.acceld.health.nvidia.NvidiaHealthRules;
import dev.acceld.probe.VendorModule;
import dev.acceld.telemetry.meters.ApiMeters;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Prometheus' {@code increase()} of a counter that comes with its first event is 0, and no alert
 * sees that event. So every counter is there with 0 before anything has happened.
 */
class BornAtZeroTest {
  private final SmallMachine machine = new SmallMachine();

  @Test
  void everyCounterIsThereBeforeItsFirstEvent() {
    machine.xids = Map.of();
    machine.health.replaceAll((name, report) -> HealthReport.healthy(name, SmallMachine.NOW));
    try (Telemetry telemetry = SmallMachine.telemetry()) {
      machine.bind(telemetry);
      Map<String, Double> before = counters(SmallMachine.text(telemetry));
      everything(telemetry);
      Map<String, Double> after = counters(SmallMachine.text(telemetry));
      assertThat(before).containsAllEntriesOf(zeroes(after, before));
      assertThat(after.keySet()).isEqualTo(before.keySet());
      assertThat(zeroes(after, before)).hasSizeGreaterThan(100);
    }
  }

  @Test
  void aGraveXidCountsFromZeroInTotalAndByCodeOnEveryGpu() {
    machine.xids = Map.of();
    String text = machine.scrape();
    for (String gpu : List.of(GPU0.value(), GPU1.value())) {
      for (int xid : new int[] {48, 54, 64, 74, 79, 95, 119, 140, 167}) {
        assertThat(text.lines())
            .filteredOn(l -> l.startsWith("acceld_device_xid_errors_total{") && l.contains(gpu))
            .anyMatch(l -> l.contains("xid=\"" + xid + "\"") && l.endsWith(" 0.0"));
      }
      assertThat(text.lines())
          .filteredOn(l -> l.startsWith("acceld_device_xids_total{") && l.contains(gpu))
          .singleElement()
          .asString()
          .endsWith(" 0.0");
    }
    assertThat(text).doesNotContain("xid=\"13\"");
    machine.xids = Map.of(GPU1, Map.of(79L, 1L, 13L, 4L));
    assertThat(machine.scrape().lines())
        .filteredOn(l -> l.startsWith("acceld_device_xids_total{") && l.contains(GPU1.value()))
        .singleElement()
        .asString()
        .endsWith(" 5.0");
  }

  @Test
  void anXidThatComesWithANewHolderAddsToTheSeriesThereWas() {
    machine.xids = Map.of();
    machine.claims = List.of();
    try (Telemetry telemetry = SmallMachine.telemetry()) {
      machine.bind(telemetry);
      Map<String, Double> before = counters(SmallMachine.text(telemetry));
      machine.claims = List.of(SmallMachine.claim(CLAIM, List.of(SmallMachine.POD), GPU0));
      machine.xids = Map.of(GPU0, Map.of(79L, 1L));
      Map<String, Double> after = counters(SmallMachine.text(telemetry));
      assertThat(
              after.entrySet().stream()
                  .filter(e -> e.getKey().contains("xid") && e.getValue() > 0)
                  .map(Map.Entry::getKey))
          .hasSize(2)
          .allSatisfy(series -> assertThat(before).containsEntry(series, 0.0));
    }
  }

  /** All that can go wrong and be counted. */
  private void everything(Telemetry telemetry) {
    Map<Long, Long> each = new HashMap<>();
    VendorModule.rulebook().of(Vendor.NVIDIA).grave().stream()
        .filter(code -> code.reason().equals(NvidiaHealthRules.XID))
        .forEach(code -> each.put(Long.parseLong(code.value()), 1L));
    machine.xids = Map.of(GPU0, each, GPU1, each);
    for (Operation operation : Operation.values()) {
      telemetry.claims().ended(CLAIM, operation, Phase.TOTAL, 1, true);
      telemetry.claims().ended(CLAIM, operation, Phase.TOTAL, 1, false);
    }
    telemetry.claims().damaged("uid-9");
    telemetry.claims().collected(CLAIM);
    for (String outcome : ApiMeters.ALL_OUTCOMES) {
      telemetry.api().request("get", "resourceclaims", outcome, 1);
      List.of("create", "update", "delete").forEach(v -> telemetry.slices().wrote(v, outcome));
    }
    assertThat(ApiMeters.ALL_OUTCOMES).hasSize(ClusterException.Reason.values().length + 2);
    telemetry.slices().failed("no answer");
    for (Call call : Call.values()) {
      telemetry.kubelet().answered(call, 1, 0, Duration.ofMillis(1), false);
      telemetry.kubelet().answered(call, 1, 1, Duration.ofMillis(1), false);
      telemetry.kubelet().answered(call, 1, 1, Duration.ofMillis(1), true);
    }
    for (RegistrationStatus.State state : RegistrationStatus.State.values()) {
      telemetry.kubelet().registration(new RegistrationStatus(state, "", Instant.EPOCH));
    }
  }

  /** Of those that have grown, what they must have been before. */
  private static Map<String, Double> zeroes(Map<String, Double> after, Map<String, Double> before) {
    return after.entrySet().stream()
        .filter(e -> !e.getValue().equals(before.get(e.getKey())))
        .collect(Collectors.toMap(Map.Entry::getKey, e -> 0.0));
  }

  private static Map<String, Double> counters(String text) {
    Map<String, Double> found = new LinkedHashMap<>();
    List<String> names =
        text.lines()
            .filter(l -> l.startsWith("# TYPE ") && l.endsWith(" counter"))
            .map(l -> l.split(" ", -1)[2])
            .toList();
    text.lines()
        .filter(l -> names.stream().anyMatch(n -> l.startsWith(n + "{") || l.startsWith(n + " ")))
        .forEach(l -> {
          int end = l.lastIndexOf(' ');
          found.put(l.substring(0, end), Double.parseDouble(l.substring(end + 1)));
        });
    return found;
  }
}
