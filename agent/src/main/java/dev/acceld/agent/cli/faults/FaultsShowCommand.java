package dev.acceld.agent.cli.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.agent.cli.AgentCommand;
import dev.acceld.agent.cli.text.Chart;
import dev.acceld.agent.faults.FaultList;
import dev.acceld.agent.local.NoAgentException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** All that is recorded of one fault. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description =
        "Shows a recorded fault: the device, who had it, what was done, how it ended, and the"
            + " readings of ten minutes before and half a minute after it.")
final class FaultsShowCommand extends AgentCommand {

  @Parameters(paramLabel = "ID", description = "an ID of 'acceld faults', or its beginning")
  String id = "";

  @Option(
      names = "--ascii",
      description =
          "draw with ASCII characters only (default where NO_COLOR is set or TERM is dumb)")
  boolean ascii;

  @Override
  protected String command() {
    return "fault";
  }

  @Override
  protected ObjectNode arguments() {
    return super.arguments().put("id", id);
  }

  @Override
  protected JsonNode ask(Path dir) throws IOException {
    try {
      return super.ask(dir);
    } catch (NoAgentException e) {
      PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
      return new ObjectMapper().valueToTree(FaultList.one(FaultsCommand.onDisk(dir, e, err), id));
    }
  }

  @Override
  protected int print(JsonNode answer, PrintWriter out) {
    new FaultPage(answer, ascii || Chart.isPlain(System.getenv())).print(out);
    return 0;
  }
}
