package dev.acceld.agent.cli.health;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.cli.AddedCommand;
import dev.acceld.agent.cli.AgentCommand;
import dev.acceld.agent.cli.text.Quantity;
import dev.acceld.agent.cli.text.Table;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** How the devices are, and what ends what is wrong. */
@Command(
    name = "health",
    mixinStandardHelpOptions = true,
    description = "Shows the health of this node's devices, and what ends each problem.",
    subcommands = {HealthSetCommand.class, HealthClearCommand.class})
public final class HealthCommand extends AgentCommand implements AddedCommand {

  @Override
  protected String command() {
    return "health";
  }

  @Override
  protected int print(JsonNode answer, PrintWriter out) {
    if (answer.path("devices").isEmpty()) {
      out.println("No devices on this node; 'acceld doctor' shows why.");
      return 0;
    }
    Table table = new Table("DEVICE", "STATE", "REASON", "TAINT", "SINCE", "ACTION", "ENDS WHEN");
    answer.path("devices").forEach(device -> rows(table, device));
    out.print(table);
    return 0;
  }

  private static void rows(Table table, JsonNode device) {
    String name = device.path("alias").asText(device.path("name").asText());
    String state = device.path("state").asText();
    if (device.path("reasons").isEmpty()) {
      table.row(name, state, "-", "-", Quantity.time(device.path("since").asText()), "-", "-");
    }
    for (JsonNode reason : device.path("reasons")) {
      table.row(
          name,
          state,
          signal(reason),
          reason.path("effect").asText(),
          Quantity.time(reason.path("since").asText()),
          reason.path("action").asText(),
          reason.path("ends").asText());
    }
  }

  static String signal(JsonNode reason) {
    String value = reason.path("value").asText();
    return reason.path("code").asText() + (value.isEmpty() ? "" : "-" + value);
  }

  /** One line of how a device is now. */
  static String now(JsonNode device) {
    StringBuilder text = new StringBuilder(device.path("name").asText());
    if (device.has("alias")) {
      text.insert(0, device.path("alias").asText() + " (").append(')');
    }
    text.append(" is ").append(device.path("state").asText());
    String before = ": ";
    for (JsonNode reason : device.path("reasons")) {
      text.append(before).append(signal(reason));
      before = ", ";
    }
    return text.toString();
  }
}
