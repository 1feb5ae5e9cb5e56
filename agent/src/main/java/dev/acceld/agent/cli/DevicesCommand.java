package dev.acceld.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** What the node has. */
@Command(
    name = "devices",
    mixinStandardHelpOptions = true,
    description = "Shows the devices of this node, or everything known of one.")
final class DevicesCommand extends AskingCommand {
  /** Parts of devices have no position of their own. */
  private static final Set<String> WHOLE = Set.of("gpu", "tpu-chip");

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME",
      description = "a device's name, UUID or PCI address, or its position: gpu-0, tpu-3")
  @Nullable String name;

  @Override
  String command() {
    return "devices";
  }

  @Override
  JsonNode select(JsonNode answer) {
    String wanted = name;
    if (wanted == null) {
      return answer;
    }
    List<String> known = new ArrayList<>();
    Map<String, Integer> positions = new HashMap<>();
    for (JsonNode device : answer) {
      String kind = device.path("kind").asText();
      boolean whole = WHOLE.contains(device.path("type").asText());
      int position = whole ? positions.merge(kind, 1, Integer::sum) - 1 : -1;
      if (wanted.equalsIgnoreCase(kind + "-" + position)) {
        return new ObjectMapper().createArrayNode().add(device);
      }
      known.add(device.path("name").asText());
      for (String key : List.of("name", "uuid", "pciBusId")) {
        if (wanted.equalsIgnoreCase(device.path(key).asText())) {
          ArrayNode one = new ObjectMapper().createArrayNode();
          return one.add(device);
        }
      }
    }
    throw new IllegalArgumentException(
        "no device '"
            + wanted
            + "' on this node; there are: "
            + (known.isEmpty() ? "none" : String.join(", ", known)));
  }

  @Override
  int print(JsonNode answer, PrintWriter out) {
    if (name != null) {
      DeviceDetails.print(answer.path(0), out);
      return 0;
    }
    if (answer.isEmpty()) {
      out.println("No devices on this node. /readyz says what is missing.");
      return 0;
    }
    Table table =
        new Table("NAME", "TYPE", "MODEL", "MEMORY", "PCI", "NUMA", "HEALTH", "UTIL", "CLAIM");
    for (JsonNode d : answer) {
      table.row(
          d.path("name").asText(),
          d.path("type").asText(),
          d.path("model").asText(),
          gib(d.path("memoryBytes")),
          d.path("pciBusId").asText("-"),
          d.path("numaNode").asText("-"),
          health(d),
          percent(d.path("readings").path("utilization")),
          joined(d.path("claims")));
    }
    out.print(table);
    return 0;
  }

  private static String health(JsonNode device) {
    String state = device.path("health").asText();
    JsonNode first = device.path("reasons").path(0);
    if (first.isMissingNode()) {
      return state;
    }
    String value = first.path("value").asText();
    return state + " (" + first.path("code").asText() + (value.isEmpty() ? "" : " " + value) + ")";
  }

  static String gib(JsonNode bytes) {
    return bytes.isNumber() ? Quantity.gib(bytes.asDouble()) : "-";
  }

  private static String percent(JsonNode ratio) {
    return ratio.isNumber() ? String.format(Locale.ROOT, "%.0f%%", 100 * ratio.asDouble()) : "-";
  }

  static String joined(JsonNode texts) {
    List<String> all = new ArrayList<>();
    texts.forEach(t -> all.add(t.asText()));
    return all.isEmpty() ? "-" : String.join(", ", all);
  }
}
