package dev.acceld.agent.cli.health;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.agent.cli.AgentCommand;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A person knows that a device is bad. */
@Command(
    name = "set",
    mixinStandardHelpOptions = true,
    description =
        "Marks a device as bad: it is tainted until 'acceld health clear' takes the mark back, also"
            + " after restarts and reboots. Running pods are not affected.")
final class HealthSetCommand extends AgentCommand {
  @Parameters(
      index = "0",
      paramLabel = "DEVICE",
      description = "a name or alias of 'acceld devices', a UUID or a PCI address")
  String device = "";

  @Parameters(
      index = "1",
      paramLabel = "REASON",
      description = "a word of your choice: lower-case letters, digits and inner dashes")
  String reason = "";

  @Option(
      names = "--effect",
      paramLabel = "EFFECT",
      description = "NoSchedule keeps new pods away, None only informs (default: NoSchedule)")
  String effect = "NoSchedule";

  @Option(names = "--note", paramLabel = "TEXT", description = "why, for others")
  String note = "";

  @Override
  protected String command() {
    return "health-set";
  }

  @Override
  protected ObjectNode arguments() {
    return super.arguments()
        .put("device", device)
        .put("reason", reason)
        .put("effect", effect)
        .put("note", note);
  }

  @Override
  protected int print(JsonNode answer, PrintWriter out) {
    out.println(HealthCommand.now(answer.path("device")));
    out.println("'acceld health clear " + device + " " + reason + "' takes this back.");
    return 0;
  }
}
