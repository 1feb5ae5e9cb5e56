package dev.acceld.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.cli.text.Table;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** Who has what. */
@Command(
    name = "claims",
    mixinStandardHelpOptions = true,
    description = "Shows the claims that are prepared on this node.")
final class ClaimsCommand extends AgentCommand {

  @Override
  String command() {
    return "claims";
  }

  @Override
  int print(JsonNode answer, PrintWriter out) {
    if (answer.isEmpty()) {
      out.println("No claims are prepared on this node.");
      return 0;
    }
    Table table = new Table("NAMESPACE", "CLAIM", "DEVICES", "PODS", "SINCE", "UID");
    for (JsonNode c : answer) {
      List<String> devices = new ArrayList<>();
      c.path("devices").forEach(d -> devices.add(d.path("device").asText()));
      table.row(
          c.path("namespace").asText(),
          c.path("name").asText(),
          devices.isEmpty() ? "-" : String.join(", ", devices),
          DevicesCommand.joined(c.path("pods")),
          c.path("preparedAt").asText(),
          c.path("uid").asText());
    }
    out.print(table);
    return 0;
  }
}
