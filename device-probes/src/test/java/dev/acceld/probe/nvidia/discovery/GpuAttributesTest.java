package dev.acceld.probe.nvidia.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.AttributeValue;
import dev.acceld.device.Device;
import dev.acceld.machine.MachineCatalog;
import dev.acceld.probe.nvidia.Machine;
import dev.acceld.probe.nvidia.NvidiaProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is published of each kind of GPU, against the budget in the documentation. */
class GpuAttributesTest {
  /** Of a ResourceSlice's device, attributes and capacities together. */
  private static final int BUDGET = 32;

  private static final Map<String, List<Device>> MACHINES = new TreeMap<>();

  @TempDir static Path dir;

  @BeforeAll
  static void everyMachine() throws Exception {
    for (String name : MachineCatalog.names()) {
      if (MachineCatalog.load(name).gpus().isEmpty()) {
        continue;
      }
      try (NvidiaProbe probe = new Machine(dir.resolve(name), name).probe()) {
        MACHINES.put(name, probe.discover().devices());
      }
    }
  }

  private static Map<String, AttributeValue> first(String machine) {
    return MACHINES.getOrDefault(machine, List.of()).getFirst().common().attributes();
  }

  /** The rows of the table: name to type, for attributes and capacities. */
  private static Map<String, String> documented() throws IOException {
    Map<String, String> rows = new HashMap<>();
    Matcher row =
        Pattern.compile("(?m)^\\| `([A-Za-z0-9./]+)` \\| (string|int|bool|version|capacity) \\|")
            .matcher(Files.readString(Path.of("../daemonset/NVIDIA.md")));
    while (row.find()) {
      rows.put(row.group(1), row.group(2));
    }
    return rows;
  }

  @Test
  void theTableSaysWhatIsPublished() throws IOException {
    Map<String, String> published = new HashMap<>();
    MACHINES.values().stream()
        .flatMap(List::stream)
        .forEach(device -> {
          device.common().attributes().forEach((name, value) -> published.put(name, type(value)));
          device.common().capacities().keySet().forEach(name -> published.put(name, "capacity"));
        });
    assertThat(documented()).containsExactlyInAnyOrderEntriesOf(published);
  }

  private static String type(AttributeValue value) {
    return switch (value) {
      case AttributeValue.IntValue _ -> "int";
      case AttributeValue.BoolValue _ -> "bool";
      case AttributeValue.StringValue _ -> "string";
      case AttributeValue.VersionValue _ -> "version";
    };
  }

  @Test
  void allOfThemTogetherAreWithinTheBudget() throws IOException {
    assertThat(documented()).hasSizeBetween(20, BUDGET);
  }

  @Test
  void aGraceMachineHasAFabricAndAChipToChipLink() {
    assertThat(first("gb200x4"))
        .containsEntry("c2c", AttributeValue.of(true))
        .containsEntry("nvlinkPeers", AttributeValue.of(3))
        .containsEntry("fabricClique", AttributeValue.of("5a1c0d3e-7742-4b9f-8e21-6d50c3940fb8.0"))
        .containsEntry("pcieGeneration", AttributeValue.of(6));
    assertThat(first("gb200x4").get("nvlinkDomain"))
        .as("the fabric is the domain")
        .isEqualTo(first("gb200x4").get("fabricClique"));
  }

  @Test
  void whatAGpuLacksIsAbsent() {
    Set<String> names = new TreeSet<>(first("l4x1").keySet());
    assertThat(names)
        .contains("eccEnabled", "pcieGeneration", "acceld.dev/bf16Teraflops")
        .doesNotContain("c2c", "fabricClique", "nvlinkDomain", "nvlinkPeers", "nvlinkCount");
    assertThat(first("h100x8")).as("a board's fabric has no id").doesNotContainKey("fabricClique");
    assertThat(first("a100x8")).containsEntry("nvlinkDomain", AttributeValue.of("switch.0"));
  }

  @Test
  void aDataSheetCountsForTheExactNameOnly() {
    assertThat(GpuSpecs.of("NVIDIA H100 80GB HBM3")).isPresent();
    assertThat(GpuSpecs.of("NVIDIA H100 80GB HBM3e")).isEmpty();
    assertThat(GpuSpecs.of("Tesla V100-SXM2-32GB"))
        .hasValueSatisfying(s -> assertThat(s.bf16Teraflops()).isEmpty());
  }
}
