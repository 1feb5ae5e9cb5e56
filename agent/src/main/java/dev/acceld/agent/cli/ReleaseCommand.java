package dev.acceld.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Gets out of the way of a reset, an unbind or a new driver. */
@Command(
    name = "release",
    mixinStandardHelpOptions = true,
    description =
        "Closes a GPU, so that it can be reset or unbound, or all GPUs, so that NVIDIA's driver"
            + " can be unloaded. No new pod gets a released GPU until it is taken back.")
final class ReleaseCommand extends AgentCommand {

  @Parameters(
      arity = "0..1",
      paramLabel = "DEVICE",
      description = "a name or alias of 'acceld devices', a UUID or a PCI address")
  @Nullable String device;

  @Option(
      names = "--all",
      description =
          "all GPUs and NVIDIA's library; the agent takes them back when the driver is loaded"
              + " again")
  boolean all;

  @Option(names = "--back", description = "takes the GPU back into use")
  boolean back;

  @Option(
      names = "--repaired",
      description =
          "with --back: the device was reset or repaired; clears its faults, even if nothing else"
              + " shows a reset, and a failed repair. A device whose repair failed, and an AMD GPU,"
              + " Intel GPU or TPU chip, need no release before")
  boolean repaired;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "with --all: what for; readiness and 'acceld doctor' show it")
  @Nullable String reason;

  @Override
  protected String command() {
    return "release";
  }

  @Override
  protected ObjectNode arguments() {
    if (all == (device != null)) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(), "release needs either a DEVICE or --all");
    }
    if (repaired && !back) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(), "--repaired requires --back");
    }
    if (reason != null && (!all || back)) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(), "--reason requires --all without --back");
    }
    ObjectNode arguments =
        super.arguments().put("all", all).put("back", back).put("repaired", repaired);
    if (reason != null) {
      arguments.put("reason", reason);
    }
    return device == null ? arguments : arguments.put("device", device);
  }

  @Override
  protected int print(JsonNode answer, PrintWriter out) {
    boolean released = answer.path("released").asBoolean();
    for (JsonNode name : answer.path("devices")) {
      out.println(both(name.asText(), answer) + change(answer));
      JsonNode ended = answer.path("ended").path(name.asText());
      ended.forEach(fault -> out.println("  ended: " + fault.asText()));
      if (repaired && ended.isEmpty()) {
        out.println("  it had no fault to clear");
      }
    }
    if (answer.path("devices").isEmpty()) {
      out.println(
          released
              ? "NVIDIA's library is released; no GPUs are known"
              : "NVIDIA's library is taken back; no GPUs are known yet");
    }
    if (released) {
      for (JsonNode claim : answer.path("claims")) {
        out.println(
            "note: claim " + claim.asText() + " is prepared with it; its pod may be using it");
      }
      out.println(
          "'acceld release --back "
              + (all ? "--all" : device)
              + "' takes it back; add --repaired if the GPU was reset or repaired.");
    }
    return 0;
  }

  private static String change(JsonNode answer) {
    if (answer.path("released").asBoolean()) {
      return " is released";
    }
    return answer.path("inUse").asBoolean() ? " counts as repaired" : " is taken back";
  }

  /** What the user wrote, else the alias, and the published name in parentheses. */
  private String both(String name, JsonNode answer) {
    String alias = answer.path("aliases").path(name).asText("");
    String first = device == null ? alias : device;
    if (first.isEmpty()) {
      return name;
    }
    String second = first.equalsIgnoreCase(name) ? alias : name;
    return second.isEmpty() ? first : first + " (" + second + ")";
  }
}
