package dev.acceld.agent.cli.health;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.agent.cli.AgentCommand;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A person knows that something is over. */
@Command(
    name = "clear",
    mixinStandardHelpOptions = true,
    description =
        "Ends one reason of a device's health that you know to be over: a fault, or a mark of"
            + " 'acceld health set'. What the hardware states at the moment cannot be cleared.")
final class HealthClearCommand extends AgentCommand {
  @Parameters(
      index = "0",
      paramLabel = "DEVICE",
      description = "a name or alias of 'acceld devices', a UUID or a PCI address")
  String device = "";

  @Parameters(
      index = "1",
      paramLabel = "REASON",
      description = "a reason of 'acceld health', such as xid-79")
  String reason = "";

  @Option(names = "--note", paramLabel = "TEXT", description = "why, for others")
  String note = "";

  @Override
  protected String command() {
    return "health-clear";
  }

  @Override
  protected ObjectNode arguments() {
    return super.arguments().put("device", device).put("reason", reason).put("note", note);
  }

  @Override
  protected int print(JsonNode answer, PrintWriter out) {
    String cleared = answer.path("reason").asText();
    out.println(HealthCommand.now(answer.path("device")));
    for (JsonNode each : answer.path("device").path("reasons")) {
      if (HealthCommand.signal(each).equals(cleared)) {
        out.println(
            "note: "
                + cleared
                + " has come and gone often; it stays for a minute so that it does not flap");
      }
    }
    return 0;
  }
}
