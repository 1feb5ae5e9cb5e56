package dev.acceld.agent.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.agent.cli.text.PlainText;
import dev.acceld.agent.local.LocalClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that asks the running agent and prints what it answers. */
abstract class AgentCommand implements Callable<Integer> {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @Spec @Nullable CommandSpec spec;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "table or json (default: table)")
  Output output = Output.TABLE;

  @Option(names = "--state-dir", paramLabel = "DIR", description = SettingOptions.STATE_DIR_HELP)
  @Nullable String stateDir;

  /** The command's name on the socket. */
  abstract String command();

  /** What is said with it; nothing unless a command has something to say. */
  ObjectNode arguments() {
    return JSON.createObjectNode();
  }

  /** Prints the answer for a person; the exit status. */
  abstract int print(JsonNode answer, PrintWriter out);

  /** What to show of the answer; everything unless a command narrows it. */
  JsonNode select(JsonNode answer) {
    return answer;
  }

  @Override
  public Integer call() throws IOException {
    JsonNode answer =
        select(new LocalClient(SettingOptions.stateDir(stateDir)).ask(command(), arguments()));
    PrintWriter out = out();
    int status = 0;
    if (output == Output.JSON) {
      out.println(PlainText.ofLines(pretty(answer)));
    } else {
      status = print(PlainText.of(answer), out);
    }
    out.flush();
    return status;
  }

  PrintWriter out() {
    return spec == null ? new PrintWriter(System.out, true) : spec.commandLine().getOut();
  }

  private static String pretty(JsonNode node) throws JsonProcessingException {
    return JSON.writeValueAsString(node);
  }
}
