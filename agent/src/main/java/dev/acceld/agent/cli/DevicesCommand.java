package dev.acceld.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.agent.cli.text.Quantity;
import dev.acceld.agent.cli.text.Table;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** What the node has. */
@Command(
    name = "devices",
    mixinStandardHelpOptions = true,
    description = "Shows the devices of this node, or all details of one.")
final class DevicesCommand extends AgentCommand {
  private static final List<String> NAMES = List.of("name", "alias", "uuid", "pciBusId");

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME",
      description = "a device's name, UUID or PCI address, or its alias: gpu-0, tpu-3")
  @Nullable String name;

  @Override
  protected String command() {
    return "devices";
  }

  @Override
  protected JsonNode select(JsonNode answer) {
    String wanted = name;
    if (wanted == null) {
      return answer;
    }
    List<JsonNode> found = new ArrayList<>();
    List<String> known = new ArrayList<>();
    for (JsonNode device : answer) {
      known.add(device.path("name").asText());
      for (String key : NAMES) {
        if (wanted.equalsIgnoreCase(device.path(key).asText())) {
          found.add(device);
          break;
        }
      }
    }
    List<JsonNode> whole = found.stream().filter(d -> d.has("alias")).toList();
    if (found.size() > 1 && whole.size() == 1) {
      found = whole; // partitions have the PCI address of their GPU
    }
    if (found.size() > 1) {
      throw new IllegalArgumentException(
          "'"
              + wanted
              + "' matches several devices; choose one: "
              + String.join(", ", found.stream().map(d -> d.path("name").asText()).toList()));
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "no device '"
              + wanted
              + "' on this node; there are: "
              + (known.isEmpty() ? "none" : String.join(", ", known)));
    }
    return new ObjectMapper().createArrayNode().add(found.getFirst());
  }

  @Override
  protected int print(JsonNode answer, PrintWriter out) {
    if (name != null) {
      DeviceDetails.print(answer.path(0), out);
      return 0;
    }
    if (answer.isEmpty()) {
      out.println("No devices on this node; 'acceld doctor' shows why.");
      return 0;
    }
    Table table =
        new Table(
            "NAME", "ALIAS", "TYPE", "MODEL", "MEMORY", "PCI", "NUMA", "HEALTH", "UTIL", "CLAIM");
    for (JsonNode d : answer) {
      table.row(
          d.path("name").asText(),
          d.path("alias").asText("-"),
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

  static String percent(JsonNode ratio) {
    return ratio.isNumber() ? String.format(Locale.ROOT, "%.0f%%", 100 * ratio.asDouble()) : "-";
  }

  static String joined(JsonNode texts) {
    List<String> all = new ArrayList<>();
    texts.forEach(t -> all.add(t.asText()));
    return all.isEmpty() ? "-" : String.join(", ", all);
  }
}
