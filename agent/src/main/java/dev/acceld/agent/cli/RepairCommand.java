package dev.acceld.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.agent.cli.text.PlainText;
import dev.acceld.agent.config.Durations;
import dev.acceld.agent.local.LocalClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Resets a device in place, and follows it to its end. */
@Command(
    name = "repair",
    mixinStandardHelpOptions = true,
    description =
        "Takes a device out of use, resets it, checks that it works, ends its faults and offers it"
            + " again. The other devices of the node go on. It needs a device that no claim holds"
            + " and no process has open. The repair continues when this command is interrupted.",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:the device is repaired",
      "1:the repair failed and the device stays tainted, or no agent responds",
      "2:the command line is wrong; nothing was done",
      "3:refused, because the device is in use or cannot be reset; nothing was changed",
      "4:the agent ended during the repair; its successor continues it"
    })
final class RepairCommand extends AgentCommand {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FAILED = 1;
  private static final int REFUSED = 3;
  private static final int INTERRUPTED = 4;

  @Parameters(
      paramLabel = "DEVICE",
      description = "a name or alias of 'acceld devices', a UUID or a PCI address")
  String device = "";

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      defaultValue = "0s",
      description =
          "how long processes that have the device open may take to leave, such as 10m (default:"
              + " none)")
  String wait = "0s";

  @Option(
      names = "--tries",
      paramLabel = "N",
      defaultValue = "2",
      description = "how many resets are tried, 1 to 10 (default: 2)")
  int tries;

  @Option(
      names = "--delete-partitions",
      description = "the GPU's MIG partitions may be deleted; no reset keeps them")
  boolean deletePartitions;

  @Override
  protected String command() {
    return "repair";
  }

  @Override
  protected ObjectNode arguments() {
    Optional<Duration> patience = Durations.parse(wait);
    if (patience.isEmpty()) {
      throw wrong("--wait must be " + Durations.FORM + ", not '" + wait + "'");
    }
    if (tries < 1 || tries > 10) {
      throw wrong("--tries must be 1 to 10, not " + tries);
    }
    return super.arguments()
        .put("device", device)
        .put("waitMillis", patience.get().toMillis())
        .put("tries", tries)
        .put("deletePartitions", deletePartitions);
  }

  private ParameterException wrong(String why) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), why);
  }

  @Override
  public Integer call() throws IOException {
    LocalClient agent = new LocalClient(StateDir.of(stateDir));
    ObjectNode all = (ObjectNode) agent.ask(command(), arguments());
    ArrayNode lines = JSON.createArrayNode();
    PrintWriter out = out();
    String alias = all.path("alias").asText();
    String name = all.path("device").asText();
    String shown = alias.isEmpty() ? name : alias + " (" + name + ")";
    while (true) {
      JsonNode told =
          agent.ask(
              command(),
              JSON.createObjectNode().put("id", all.path("id").asText()).put("from", lines.size()));
      for (JsonNode line : told.path("lines")) {
        lines.add(line);
        if (output == Output.TABLE) {
          out.println(shown + ": " + PlainText.ofLines(line.asText()));
          out.flush();
        }
      }
      if (told.has("outcome")) {
        all.set("lines", lines);
        all.set("outcome", told.path("outcome"));
        all.set("reason", told.path("reason"));
        return end(all, shown, out);
      }
    }
  }

  private int end(ObjectNode all, String shown, PrintWriter out) {
    String outcome = all.path("outcome").asText();
    if (output == Output.JSON) {
      out.println(PlainText.ofLines(all.toPrettyString()));
    } else if (!outcome.equals("repaired")) {
      out.println(shown + ": " + outcome + ": " + PlainText.ofLines(all.path("reason").asText()));
    }
    out.flush();
    return switch (outcome) {
      case "repaired" -> 0;
      case "refused" -> REFUSED;
      case "interrupted" -> INTERRUPTED;
      default -> FAILED;
    };
  }

  @Override
  protected int print(JsonNode answer, PrintWriter out) {
    throw new IllegalStateException("a repair is followed line by line");
  }
}
