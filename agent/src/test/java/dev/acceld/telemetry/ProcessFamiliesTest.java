package dev.acceld.telemetry;

import static dev.acceld.telemetry.SmallMachine.CLAIM;
import static dev.acceld.telemetry.SmallMachine.GPU0;
import static dev.acceld.telemetry.SmallMachine.GPU1;
import static dev.acceld.telemetry.SmallMachine.POD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.process.DeviceProcess;
import dev.acceld.device.process.DeviceProcess.Kind;
import dev.acceld.device.process.ProcessUse;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.host.HostFs;
import dev.acceld.host.HostProcesses;
import dev.acceld.host.ProcessTable;
import dev.acceld.snapshot.ContainerUses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The series of the processes that use devices, and whose these are. */
class ProcessFamiliesTest {
  private static final String OTHER = "0a1b2c3d-0000-1111-2222-333344445555";
  private static final String UID = "0a1b2c3d-0000-1111-2222-333344446666";
  private static final PodRef TRAINER = new PodRef("team-a", "train-0", UID);
  private static final long GIB = 1L << 30;

  @TempDir Path root;
  private final SmallMachine machine = new SmallMachine();

  @BeforeEach
  void plant() throws IOException {
    file("2/comm", "kthreadd");
    machine.processTable = ProcessTable.of(new HostProcesses(new HostFs(root)));
    machine.claims = List.of(SmallMachine.claim(CLAIM, List.of(TRAINER), GPU0));
  }

  private void file(String name, String text) throws IOException {
    Path file = root.resolve("proc").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void process(int pid, String command, String group) throws IOException {
    file(pid + "/comm", command + "\n");
    file(pid + "/cgroup", "0::" + group + "\n");
    file(pid + "/stat", pid + " (" + command + ") S" + " 1".repeat(18) + " 4711 0");
  }

  private static String inPod(String uid) {
    return "/kubepods/burstable/pod" + uid + "/" + "ab".repeat(32);
  }

  private static DeviceProcess uses(int pid, long bytes) {
    return new DeviceProcess(pid, Kind.COMPUTE, OptionalLong.of(bytes), ProcessUse.UNKNOWN);
  }

  private List<String> series(String name) {
    return machine
        .scrapeWithProcesses()
        .lines()
        .filter(line -> line.startsWith(name + "{"))
        .toList();
  }

  private List<String> memory() {
    return series("acceld_process_memory_bytes").stream()
        .map(line -> line.replaceAll("device=\"[^\"]*\",kind=\"gpu\",", ""))
        .map(line -> line.replaceAll("(,?)type=\"gpu\",vendor=\"[^\"]*\"", ""))
        .map(line -> line.substring(line.indexOf('{')))
        .toList();
  }

  @Test
  void offByDefault() throws IOException {
    process(7, "python3", inPod(UID));
    machine.processes.put(GPU0, List.of(uses(7, GIB)));
    assertThat(machine.scrape()).doesNotContain("acceld_process", "other_processes");
  }

  @Test
  void eachProcessHasItsMemoryItsUseAndItsPod() throws IOException {
    process(7, "python3", inPod(UID));
    machine.processes.put(
        GPU0,
        List.of(
            new DeviceProcess(
                7,
                Kind.COMPUTE_AND_GRAPHICS,
                OptionalLong.of(3 * GIB + 1),
                new ProcessUse(0.4, 0.15, 0, Double.NaN))));
    String scrape = machine.scrapeWithProcesses();
    assertThat(scrape.lines().filter(line -> line.startsWith("acceld_process")))
        .allMatch(line -> line.contains("comm=\"python3\"") && line.contains("pid=\"7\""))
        .allMatch(line ->
            line.contains("claim=\"train-gpus\"")
                && line.contains("namespace=\"team-a\"")
                && line.contains("pod=\"train-0\"")
                && line.contains("pod_uid=\"" + UID + "\"")
                && line.contains("owner=\"claim\""))
        .extracting(line -> line.replaceAll("\\{.*}", ""))
        .containsExactlyInAnyOrder(
            "acceld_process_info 1",
            "acceld_process_memory_bytes 3.221225473E9",
            "acceld_process_utilization_ratio 0.4",
            "acceld_process_memory_utilization_ratio 0.15",
            "acceld_process_encoder_utilization_ratio 0.0");
    assertThat(series("acceld_process_info").getFirst()).contains("activity=\"compute+graphics\"");
    assertThat(series("acceld_device_other_processes").getFirst()).endsWith(" 0.0");
  }

  @Test
  void theContainerIsTheOnlyOneThatRefersToTheClaim() throws IOException {
    process(7, "python3", inPod(UID));
    process(8, "stranger", inPod(OTHER));
    machine.processes.put(GPU0, List.of(uses(7, 2), uses(8, 1)));
    machine.containers =
        new ContainerUses(Map.of(CLAIM.uid(), Map.of(TRAINER, List.of("trainer"))), List.of());
    assertThat(memory().getFirst()).contains("container=\"trainer\"", "pid=\"7\"");
    assertThat(memory().getLast()).doesNotContain("container");
    machine.containers =
        new ContainerUses(
            Map.of(CLAIM.uid(), Map.of(TRAINER, List.of("sidecar", "trainer"))), List.of());
    assertThat(memory()).noneMatch(line -> line.contains("container"));
  }

  @Test
  void whoeverHasNoClaimOnTheDeviceIsNamedAllTheSame() throws IOException {
    process(7, "leftover", inPod(OTHER));
    process(8, "dcgm", "/system.slice/dcgm.service");
    process(9, "strange", "/elsewhere");
    process(10, "train", inPod(UID));
    machine.processes.put(
        GPU0, List.of(uses(7, 7), uses(8, 8), uses(9, 9), uses(10, 10), uses(11, 11)));
    machine.processes.put(GPU1, List.of(uses(10, 1)));
    assertThat(memory())
        .containsExactly(
            "{comm=\"\",owner=\"unknown\",pid=\"11\"} 11.0",
            "{claim=\"train-gpus\",comm=\"train\",namespace=\"team-a\",owner=\"claim\",pid=\"10\","
                + "pod=\"train-0\",pod_uid=\""
                + UID
                + "\"} 10.0",
            "{comm=\"strange\",owner=\"unknown\",pid=\"9\"} 9.0",
            "{comm=\"dcgm\",owner=\"host\",pid=\"8\"} 8.0",
            "{comm=\"leftover\",owner=\"pod\",pid=\"7\",pod_uid=\"" + OTHER + "\"} 7.0",
            // a pod that has a claim, and another device
            "{comm=\"train\",namespace=\"team-a\",owner=\"pod\",pid=\"10\",pod=\"train-0\",pod_uid=\""
                + UID
                + "\"} 1.0");
  }

  @Test
  void onASharedDeviceEachPodHasItsOwn() throws IOException {
    ClaimRef second = new ClaimRef("team-b", "share", "uid-2");
    ClaimRef admin = new ClaimRef("infra", "look", "uid-3");
    machine.claims =
        List.of(
            SmallMachine.claim(CLAIM, List.of(TRAINER), GPU0),
            SmallMachine.claim(second, List.of(new PodRef("team-b", "serve-0", OTHER)), GPU0),
            new PreparedClaim(
                admin,
                List.of(SmallMachine.prepared(GPU0, true)),
                List.of(new PodRef("infra", "watch", OTHER.replace('5', '7'))),
                SmallMachine.NOW));
    process(7, "a", inPod(UID));
    process(8, "b", inPod(OTHER));
    process(9, "c", inPod(OTHER.replace('5', '7')));
    machine.processes.put(GPU0, List.of(uses(7, 3), uses(8, 2), uses(9, 1)));
    assertThat(
            memory().stream()
                .map(line -> line.replaceAll(".*(claim=\"[^\"]*\").*(pod=\"[^\"]*\").*", "$1,$2")))
        .containsExactly(
            "claim=\"train-gpus\",pod=\"train-0\"",
            "claim=\"share\",pod=\"serve-0\"",
            "claim=\"look\",pod=\"watch\"");
  }

  /** Claims that cannot be read, and a pod whose UID nobody told, give nobody's process away. */
  @Test
  void whatIsNotKnownIsNotSaid() throws IOException {
    process(7, "a", inPod(OTHER));
    machine.processes.put(GPU0, List.of(uses(7, 1)));
    machine.claims =
        List.of(SmallMachine.claim(CLAIM, List.of(new PodRef("team-a", "train-0", "")), GPU0));
    assertThat(memory().getFirst()).contains("owner=\"unknown\"").doesNotContain("train-0");
    machine.claims = List.of(SmallMachine.claim(CLAIM, List.of(POD), GPU0));
    assertThat(memory().getFirst()).contains("owner=\"pod\"");
    machine.claimsKnown = false;
    assertThat(memory().getFirst())
        .isEqualTo("{comm=\"a\",owner=\"unknown\",pid=\"7\",pod_uid=\"" + OTHER + "\"} 1.0");
    machine.processTable = ProcessTable.NONE;
    assertThat(memory().getFirst()).isEqualTo("{comm=\"\",owner=\"unknown\",pid=\"7\"} 1.0");
    machine.processes.clear();
    assertThat(machine.scrapeWithProcesses()).doesNotContain("acceld_process", "other_processes");
  }

  @Test
  void unknownMemoryHasNoSeriesAndNoProcessIsLost() throws IOException {
    process(7, "a", inPod(UID));
    machine.processes.put(
        GPU0,
        List.of(new DeviceProcess(7, Kind.COMPUTE, OptionalLong.empty(), ProcessUse.UNKNOWN)));
    assertThat(memory()).isEmpty();
    assertThat(series("acceld_process_info")).hasSize(1);
  }

  @Test
  void ofFiveThousandTheLargestAreListedAndTheRestIsSummed() {
    List<DeviceProcess> all = new ArrayList<>();
    for (int pid = 1; pid <= 5000; pid++) {
      all.add(uses(pid, pid));
    }
    machine.processes.put(GPU0, all);
    assertThat(memory()).hasSize(32).first().asString().contains("pid=\"5000\"");
    assertThat(series("acceld_device_other_processes").getFirst()).endsWith(" 4968.0");
    assertThat(series("acceld_device_other_processes_memory_bytes").getFirst())
        .endsWith(" " + (double) (4968L * 4969 / 2));
  }

  /** A TPU's driver tells nothing: whoever has the file open was seen a minute ago at most. */
  @Test
  void whoeverHasAFileOpenIsListedUntilItEndsOrItsIdIsUsedAgain() throws IOException {
    process(7, "jax", inPod(UID));
    machine.processes.put(SmallMachine.TPU0, List.of(DeviceProcess.open(7, 4711)));
    assertThat(series("acceld_process_info"))
        .singleElement()
        .asString()
        .contains("activity=\"open\"", "comm=\"jax\"", "pod=\"train-0\"");
    machine.processes.put(SmallMachine.TPU0, List.of(DeviceProcess.open(7, 4000)));
    assertThat(series("acceld_process_info")).isEmpty();
    machine.processes.put(SmallMachine.TPU0, List.of(DeviceProcess.open(8, 4711)));
    assertThat(series("acceld_process_info")).isEmpty();
  }

  @Test
  void aHostileNameStaysInItsLabel() throws IOException {
    process(7, "a\"} 1\\\nb{x", inPod(UID));
    machine.processes.put(GPU0, List.of(uses(7, 1)));
    assertThat(memory().getFirst()).contains("comm=\"a\\\"} 1\\\\\\\\nb{x\"");
  }
}
