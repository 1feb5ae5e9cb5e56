package dev.acceld.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.agent.config.ConfigException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gets out of the way of a reset, an unbind or a new driver. */
@Command(
    name = "release",
    mixinStandardHelpOptions = true,
    description =
        "Lets go of a GPU, so that it can be reset or unbound, or of all, so that the driver can be"
            + " unloaded. New pods do not get it meanwhile.")
final class ReleaseCommand extends AskingCommand {

  @Parameters(
      arity = "0..1",
      paramLabel = "DEVICE",
      description = "a name of 'acceld devices', gpu-INDEX, a UUID or a PCI address")
  @Nullable String device;

  @Option(
      names = "--all",
      description = "all GPUs and NVIDIA's library; taken back when the driver has been reloaded")
  boolean all;

  @Option(names = "--back", description = "take it back")
  boolean back;

  @Override
  String command() {
    return "release";
  }

  @Override
  ObjectNode arguments() {
    if (all == (device != null)) {
      throw new ConfigException("name one DEVICE, or --all");
    }
    ObjectNode arguments = super.arguments().put("all", all).put("back", back);
    return device == null ? arguments : arguments.put("device", device);
  }

  @Override
  int print(JsonNode answer, PrintWriter out) {
    boolean released = answer.path("released").asBoolean();
    for (JsonNode name : answer.path("devices")) {
      out.println(name.asText() + (released ? " is released" : " is back"));
    }
    if (released) {
      for (JsonNode claim : answer.path("claims")) {
        out.println("note: claim " + claim.asText() + " is prepared with it; its pod may use it");
      }
      out.println("'acceld release --back " + (all ? "--all" : device) + "' ends this.");
    }
    return 0;
  }
}
