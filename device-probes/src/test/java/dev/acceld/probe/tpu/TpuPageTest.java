package dev.acceld.probe.tpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.AttributeValue;
import dev.acceld.device.Device;
import dev.acceld.host.HostFs;
import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.probe.tpu.host.ConfiguredFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code daemonset/TPU.md} lists is what there is. */
class TpuPageTest {
  private static final String FACTS =
      "TOPOLOGY=4x4;WORKER_ID=1;MACHINE_TYPE=m;SLICE_NAME=s;ACCELERATOR=a";

  @TempDir Path root;

  @Test
  void theTableOfAttributesSaysWhatIsPublished() throws Exception {
    Map<String, String> published = new HashMap<>();
    for (Device device : devices()) {
      device.common().attributes().forEach((name, value) -> published.put(name, type(value)));
      device.common().capacities().keySet().forEach(name -> published.put(name, "capacity"));
    }
    Map<String, String> documented = new HashMap<>();
    Matcher row = rows("## Attributes", "(string|int|bool|version|capacity)");
    while (row.find()) {
      documented.put(row.group(1), row.group(2));
    }

    assertThat(documented).containsExactlyInAnyOrderEntriesOf(published);
    assertThat(documented).hasSizeLessThanOrEqualTo(32);
  }

  @Test
  void everyFactThatIsListedCanBeSet() throws Exception {
    Matcher row = rows("## What the agent knows", "(?:`([A-Z_]+)`)?");
    int facts = 0;
    while (row.find()) {
      for (int name = 1; name <= 2; name++) {
        if (row.group(name) != null) {
          ConfiguredFacts.parse("--tpu-host-facts", row.group(name) + "=1");
          facts++;
        }
      }
    }
    assertThat(facts).isEqualTo(8);
  }

  private List<Device> devices() throws Exception {
    List<Device> all = new ArrayList<>();
    for (String machine : MachineCatalog.names()) {
      if (!MachineCatalog.load(machine).tpus().isEmpty()) {
        MachineTree tree = MachineTree.create(root.resolve(machine), MachineCatalog.load(machine));
        HostFs fs = new HostFs(tree.root());
        all.addAll(TpuTests.probe(fs, TpuTests.host(fs, "all", FACTS)).discover().devices());
      }
    }
    return all;
  }

  /** The rows below a heading: a name, and a second column of that form. */
  private static Matcher rows(String heading, String second) throws IOException {
    String page = Files.readString(Path.of("../daemonset/TPU.md"));
    String section = page.substring(page.indexOf("\n" + heading) + 1);
    return Pattern.compile("(?m)^\\| `([A-Za-z0-9./_]+)` \\| ?" + second + " ?\\|")
        .matcher(section.substring(0, section.indexOf("\n## ")));
  }

  private static String type(AttributeValue value) {
    return switch (value) {
      case AttributeValue.IntValue _ -> "int";
      case AttributeValue.BoolValue _ -> "bool";
      case AttributeValue.StringValue _ -> "string";
      case AttributeValue.VersionValue _ -> "version";
    };
  }
}
