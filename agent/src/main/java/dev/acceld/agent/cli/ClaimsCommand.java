package dev.acceld.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.cli.text.Quantity;
import dev.acceld.agent.cli.text.Table;
import dev.acceld.agent.cli.text.UsageCells;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Who has what, and who had it. */
@Command(
    name = "claims",
    mixinStandardHelpOptions = true,
    description = "Shows the claims that are prepared on this node, and what they use.")
final class ClaimsCommand extends AgentCommand {
  @Option(
      names = "--history",
      description = "show the claims that have ended instead, the newest first")
  boolean history;

  @Override
  protected String command() {
    return history ? "claim-history" : "claims";
  }

  @Override
  protected int print(JsonNode answer, PrintWriter out) {
    if (answer.isEmpty()) {
      out.println(
          history ? "No claim has ended on this node." : "No claims are prepared on this node.");
      return 0;
    }
    out.print(history ? ended(answer) : prepared(answer));
    return 0;
  }

  private static Table prepared(JsonNode answer) {
    Table table =
        new Table(
            "NAMESPACE", "CLAIM", "DEVICES", "PODS", "SINCE", "UTIL", "IDLE", "ENERGY", "UID");
    for (JsonNode c : answer) {
      List<String> devices = new ArrayList<>();
      c.path("devices").forEach(d -> devices.add(d.path("device").asText()));
      UsageCells usage = new UsageCells(c.path("usage"));
      table.row(
          c.path("namespace").asText(),
          c.path("name").asText(),
          devices.isEmpty() ? "-" : String.join(", ", devices),
          DevicesCommand.joined(c.path("pods")),
          Quantity.time(c.path("preparedAt").asText()),
          usage.utilization(),
          usage.idle(),
          usage.energy(),
          c.path("uid").asText());
    }
    return table;
  }

  private static Table ended(JsonNode answer) {
    Table table =
        new Table(
            "NAMESPACE",
            "CLAIM",
            "DEVICES",
            "PODS",
            "ENDED",
            "HELD",
            "FIRST USE",
            "UTIL",
            "IDLE",
            "ENERGY",
            "UID");
    for (int i = answer.size() - 1; i >= 0; i--) {
      JsonNode c = answer.get(i);
      List<String> pods = new ArrayList<>();
      c.path("pods").forEach(pod -> pods.add(pod.path("name").asText()));
      UsageCells usage = new UsageCells(c);
      table.row(
          c.path("namespace").asText(),
          c.path("name").asText(),
          DevicesCommand.joined(c.path("devices")),
          pods.isEmpty() ? "-" : String.join(", ", pods),
          Quantity.time(c.path("endedAt").asText()),
          usage.held(),
          usage.firstUse(),
          usage.utilization(),
          usage.idle(),
          usage.energy(),
          c.path("uid").asText());
    }
    return table;
  }
}
