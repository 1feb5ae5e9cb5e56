package dev.acceld.agent.cli.health;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.agent.cli.AgentCommand;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a person says of a reason of a device's health. */
abstract class HealthChange extends AgentCommand {
  @Parameters(
      index = "0",
      paramLabel = "DEVICE",
      description = "a name or alias of 'acceld devices', a UUID or a PCI address")
  String device = "";

  @Parameters(
      index = "1",
      paramLabel = "REASON",
      description = "a reason of 'acceld health', such as xid-79; to set: a word of your choice")
  String reason = "";

  @Option(names = "--note", paramLabel = "TEXT", description = "why, for others")
  String note = "";

  @Override
  protected ObjectNode arguments() {
    return super.arguments().put("device", device).put("reason", reason).put("note", note);
  }
}
