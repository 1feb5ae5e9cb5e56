package dev.acceld.probe.tpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.device.Device;
import dev.acceld.device.TpuChip;
import dev.acceld.device.Vendor;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.PodSettings;
import dev.acceld.host.HostFs;
import dev.acceld.probe.AccessRefusedException;
import dev.acceld.probe.CompositeAccess;
import dev.acceld.probe.tpu.slice.SliceSettings;
import dev.acceld.vendor.PodFacts;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the workers of a slice of several hosts are told, and which claims cannot be such. */
class TpuSlicesTest {
  private final CompositeAccess access =
      new CompositeAccess(Map.of(Vendor.GOOGLE, TpuTests.access(new HostFs(Path.of("/nowhere")))));

  private static List<Device> chips(String generation, int count, int onHost) {
    return TpuTests.chips(generation, "/dev/vfio/", count, onHost);
  }

  private static AccessOptions worker(String topology, int workers, int id) {
    List<String> names = IntStream.range(0, workers).mapToObj(i -> "h" + i + ".s").toList();
    return AccessOptions.of(
        new SliceSettings(topology, workers, names, OptionalInt.of(id)).texts());
  }

  private Map<String, String> env(List<Device> chips, AccessOptions options) throws Exception {
    return access.plan(chips, options).env();
  }

  private void refused(List<Device> chips, AccessOptions options, String... words) {
    assertThatThrownBy(() -> access.plan(chips, options))
        .isInstanceOf(AccessRefusedException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void aHostOfFourV5eChipsInASliceOfSixteen() throws Exception {
    assertThat(env(chips("v5e", 4, 4), worker("4x4", 4, 3)))
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("TPU_SKIP_MDS_QUERY", "true"),
                Map.entry("TPU_RUNTIME_METRICS_PORTS", "8431,8432,8433,8434"),
                Map.entry("TPU_CHIPS_PER_HOST_BOUNDS", "2,2,1"),
                Map.entry("CHIPS_PER_HOST_BOUNDS", "2,2,1"),
                Map.entry("TPU_HOST_BOUNDS", "2,2,1"),
                Map.entry("HOST_BOUNDS", "2,2,1"),
                Map.entry("TPU_TOPOLOGY", "4x4"),
                Map.entry("TPU_ACCELERATOR_TYPE", "v5litepod-16"),
                Map.entry("TPU_WORKER_ID", "3"),
                Map.entry("TPU_WORKER_HOSTNAMES", "h0.s,h1.s,h2.s,h3.s")));
  }

  @Test
  void threeDimensionsAndTwoCores() throws Exception {
    assertThat(env(chips("v4", 4, 4), worker("2x2x4", 4, 0)))
        .containsEntry("TPU_HOST_BOUNDS", "1,1,4")
        .containsEntry("TPU_ACCELERATOR_TYPE", "v4-32")
        .doesNotContainKeys("TPU_PROCESS_ADDRESSES", "TPU_PROCESS_PORT");
  }

  @Test
  void tpu7xHasTheProcessesAddressesAsWell() throws Exception {
    assertThat(env(chips("tpu7x", 4, 4), worker("2x2x2", 2, 1)))
        .containsEntry("TPU_WORKER_HOSTNAMES", "h0.s,h1.s")
        .containsEntry("TPU_PROCESS_ADDRESSES", "h0.s:8476,h1.s:8476")
        .containsEntry("TPU_PROCESS_PORT", "8476")
        .containsEntry("TPU_ACCELERATOR_TYPE", "tpu7x-16");
  }

  @Test
  void aSliceMayBeOneHost() throws Exception {
    assertThat(env(chips("v6e", 8, 8), worker("2x4", 1, 0)))
        .containsEntry("TPU_WORKER_ID", "0")
        .containsEntry("TPU_HOST_BOUNDS", "1,1,1")
        .containsEntry("TPU_ACCELERATOR_TYPE", "v6e-8");
  }

  @Test
  void withoutAConfigurationNothingOfTheWebhooksIsWritten() throws Exception {
    AccessOptions others =
        AccessOptions.of(new PodSettings("AcmeConfig", Map.of("workers", "x"), true));
    for (AccessOptions options : List.of(AccessOptions.DEFAULT, others)) {
      assertThat(env(chips("v5e", 4, 4), options))
          .doesNotContainKeys(
              "TPU_WORKER_ID", "TPU_WORKER_HOSTNAMES", "TPU_TOPOLOGY", "TPU_HOST_BOUNDS");
    }
  }

  @Test
  void aPartOfAHostIsNoWorker() {
    refused(
        chips("v5e", 4, 8),
        worker("4x4", 4, 0),
        "TpuConfig slice: a worker has all chips of its host",
        "only 4 of 8 (tpu-0, tpu-1, tpu-2, tpu-3)",
        "allocationMode: All");
  }

  @Test
  void aTopologyThatDoesNotFitIsRefused() {
    List<Device> flat = chips("v5e", 4, 4);
    refused(flat, worker("2x2x4", 4, 0), "slice.topology", "two dimensions");
    refused(flat, worker("4x4x1", 4, 0), "slice.topology", "two dimensions");
    refused(flat, worker("4x5", 5, 0), "slice.topology", "hosts like this one, which is 2x2");
    refused(chips("v4", 4, 4), worker("4x4", 4, 0), "slice.topology", "three dimensions");
    refused(
        flat,
        worker("4x4", 8, 0),
        "slice.workers: it is 8, but topology 4x4 has 4 hosts with 4 chips such as this one");
  }

  @Test
  void whatIsNotKnownOfAHostIsNotGuessed() {
    refused(chips("unknown", 4, 4), worker("4x4", 4, 0), "newer than this version");
    refused(chips("v5e", 6, 6), worker("4x6", 4, 0), "--tpu-host-facts=CHIPS_PER_HOST_BOUNDS");
  }

  @Test
  void aHostThatShouldHaveMoreChipsIsNoWorker() {
    for (int present : new int[] {1, 4}) {
      TpuHost host =
          TpuTests.host(new HostFs(Path.of("/nowhere")), "proven", "CHIPS_PER_HOST_BOUNDS=2,4,1");
      TpuSlices slices = new TpuSlices(new TpuBlocks(host));
      List<TpuChip> chips =
          chips("v5e", present, present).stream().map(TpuChip.class::cast).toList();
      assertThatThrownBy(() ->
              slices.check(
                  chips, new SliceSettings("4x4", 16 / present, List.of(), OptionalInt.of(0))))
          .isInstanceOf(AccessRefusedException.class)
          .hasMessageContainingAll("shows " + present + " chip", "should have another number");
    }
  }

  @Test
  void aVariableThatLinuxWouldNotPassOnIsRefused() {
    List<String> names =
        IntStream.range(0, 4096).mapToObj(i -> "a-rather-long-name-of-a-job-" + i + ".s").toList();
    AccessOptions long1 =
        AccessOptions.of(new SliceSettings("128x128", 4096, names, OptionalInt.of(0)).texts());
    refused(chips("v5e", 4, 4), long1, "slice.hostnames", "Linux allows 131071", "shorter names");
  }

  @Test
  void thePodTellsWhatTheClaimLeavesOpen() throws Exception {
    AccessOptions open =
        AccessOptions.of(new SliceSettings("4x4", 4, List.of(), OptionalInt.empty()).texts());
    PodFacts pod =
        new PodFacts(
            "ns/p",
            Optional.of("job-1"),
            Optional.of("svc"),
            Map.of("batch.kubernetes.io/job-completion-index", "1"),
            Map.of());
    List<Device> chips = chips("v5e", 4, 4);
    refused(chips, open, "it is not known which worker the pod is");
    AccessOptions complete = access.complete(chips, open, pod);
    assertThat(env(chips, complete))
        .containsEntry("TPU_WORKER_ID", "1")
        .containsEntry("TPU_WORKER_HOSTNAMES", "job-0.svc,job-1.svc,job-2.svc,job-3.svc");
    assertThat(access.complete(chips, AccessOptions.DEFAULT, pod)).isEqualTo(AccessOptions.DEFAULT);
  }

  @Test
  void textsOfANewerAgentAreRefusedAndNoDefect() {
    for (Map<String, String> values :
        List.of(
            Map.<String, String>of(),
            Map.of("workers", "many"),
            Map.of("workers", "0"),
            Map.of("workers", "1", "topology", "2x2", "workerId", "0", "rings", "2"),
            Map.of("workers", "2", "workerId", "2"),
            Map.of("workers", "2", "workerId", "-1"),
            Map.of("workers", "4", "topology", "4*4", "hostnames", "a,b", "workerId", "0"),
            Map.of("workers", "4", "topology", "4x4", "hostnames", ",", "workerId", "0"))) {
      refused(
          chips("v5e", 4, 4),
          AccessOptions.of(new PodSettings("TpuConfig", values, true)),
          "TpuConfig slice");
    }
  }
}
