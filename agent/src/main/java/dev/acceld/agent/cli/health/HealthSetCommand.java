package dev.acceld.agent.cli.health;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A person knows that a device is bad. */
@Command(
    name = "set",
    mixinStandardHelpOptions = true,
    description =
        "Marks a device as bad: it is tainted until 'acceld health clear' takes the mark back, also"
            + " after restarts and reboots. Running pods are not affected.")
final class HealthSetCommand extends HealthChange {
  @Option(
      names = "--effect",
      paramLabel = "EFFECT",
      description = "NoSchedule keeps new pods away, None only informs (default: NoSchedule)")
  String effect = "NoSchedule";

  @Override
  protected String command() {
    return "health-set";
  }

  @Override
  protected ObjectNode arguments() {
    return super.arguments().put("effect", effect);
  }

  @Override
  protected int print(JsonNode answer, PrintWriter out) {
    out.println(HealthCommand.now(answer.path("device")));
    out.println("'acceld health clear " + device + " " + reason + "' takes this back.");
    return 0;
  }
}
