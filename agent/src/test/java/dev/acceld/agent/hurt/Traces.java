package dev.acceld.agent.hurt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.agent.AgentStage;
import dev.acceld.fake.ClaimId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/** What is there of claims on disk and in the hardware, seen by no code of the agent. */
final class Traces {
  /** Longer than from one round of the agent's cleaning up to the next. */
  private static final Duration ROUND = Duration.ofMinutes(6);

  private final AgentStage node;
  private final Path stateDir;
  private final Path machine;
  private final List<Path> litter = new ArrayList<>();

  /** Of the node's agents with the usual directories. */
  Traces(HurtStage stage) {
    this(stage, stage.node.stateDir(), stage.machineDir());
  }

  /** Of agents with another state directory, or on another machine. */
  Traces(HurtStage stage, Path stateDir, Path machine) {
    this.node = stage.node;
    this.stateDir = stateDir;
    this.machine = machine;
  }

  /** A claim's record. */
  Path record(ClaimId claim) {
    return stateDir.resolve("claims").resolve(claim.uid() + ".json");
  }

  /** The second copy of a claim's record. */
  Path copy(ClaimId claim) {
    return stateDir.resolve("claim-copies").resolve(claim.uid() + ".json");
  }

  /** A claim's CDI file. */
  Path cdi(ClaimId claim) {
    return node.cdiDir().resolve(AgentStage.DRIVER + "-claim_" + claim.uid() + ".json");
  }

  /** The file with a CDI device: the claim's own, or that of the driver files that it shares. */
  Path cdiOf(String id, Path own) {
    String shared = AgentStage.DRIVER + "/driver=";
    return id.startsWith(shared)
        ? node.cdiDir()
            .resolve(AgentStage.DRIVER + "-driver_" + id.substring(shared.length()) + ".json")
        : own;
  }

  /** Half of a file is lost. */
  static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
  }

  /** Records and CDI files of claims, and the partitions of all GPUs, in short. */
  Map<String, String> of(List<ClaimId> claims) throws IOException {
    Map<String, String> all = new TreeMap<>();
    for (ClaimId claim : claims) {
      all.put("record of " + claim.name(), text(record(claim)));
      all.put("CDI file of " + claim.name(), text(cdi(claim)));
    }
    all.put("partitions", String.join("\n", partitions()));
    return all;
  }

  /** Short enough for a message. */
  private static String text(Path file) throws IOException {
    if (!Files.exists(file)) {
      return "none";
    }
    byte[] bytes = Files.readAllBytes(file);
    return bytes.length + " bytes, CRC " + crc(bytes);
  }

  private static String crc(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return Long.toHexString(crc.getValue());
  }

  /** What the driver has, by its own account. */
  List<String> partitions() throws IOException {
    try (Stream<String> lines = Files.lines(machine.resolve("var/lib/standin/nvml.state"))) {
      return lines.filter(l -> l.matches("gpu\\.\\d+\\.mig\\.(gi|ci)\\..*")).sorted().toList();
    }
  }

  /**
   * Leaves what a crash leaves; an agent clears it at the begin of a round of cleaning up, a second
   * after its start and then every few minutes.
   */
  void litter() throws IOException {
    Path left = stateDir.resolve("claims").resolve(UUID.randomUUID() + ".json.1.tmp");
    Files.createDirectories(left.getParent());
    Files.writeString(left, "{");
    litter.add(left);
  }

  /** Waits until an agent has cleaned up since then. */
  void cleanedUp() {
    assertThat(litter).isNotEmpty();
    await("a round of cleaning up")
        .atMost(ROUND)
        .until(() -> litter.stream().noneMatch(Files::exists));
    litter.clear();
    await("its end").pollDelay(Duration.ofSeconds(5)).until(() -> true); // partitions come last
  }

  /** No claim has left anything behind, on disk or in the hardware. */
  void nothingLeft() throws IOException {
    assertThat(files(stateDir.resolve("claims"))).isEmpty();
    assertThat(files(stateDir.resolve("claim-copies"))).isEmpty();
    assertThat(files(stateDir.resolve("leftovers"))).isEmpty();
    assertThat(files(node.cdiDir())).noneMatch(name -> name.contains("claim_"));
    assertThat(partitions()).isEmpty();
  }

  private static List<String> files(Path dir) throws IOException {
    if (!Files.exists(dir)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(dir)) {
      return files.map(f -> f.getFileName().toString()).filter(n -> !n.startsWith(".")).toList();
    }
  }
}
