package dev.acceld.agent.cli.health;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** A person knows that something is over. */
@Command(
    name = "clear",
    mixinStandardHelpOptions = true,
    description =
        "Ends one reason of a device's health that you know to be over: a fault, or a mark of"
            + " 'acceld health set'. What the hardware states at the moment cannot be cleared.")
final class HealthClearCommand extends HealthChange {
  @Override
  protected String command() {
    return "health-clear";
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
