package dev.acceld.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.agent.cli.text.PlainText;
import dev.acceld.agent.cli.text.PrettyJson;
import dev.acceld.agent.local.LocalClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that asks the running agent and prints what it answers. */
public abstract class AgentCommand implements Callable<Integer> {
  @Spec protected @Nullable CommandSpec spec;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "table or json (default: table)")
  protected Output output = Output.TABLE;

  @Option(names = "--state-dir", paramLabel = "DIR", description = SettingOptions.STATE_DIR_HELP)
  protected @Nullable String stateDir;

  /** The command's name on the socket. */
  protected abstract String command();

  /** What is said with it; nothing unless a command has something to say. */
  protected ObjectNode arguments() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** Prints the answer for a person; the exit status. */
  protected abstract int print(JsonNode answer, PrintWriter out);

  /** What to show of the answer; everything unless a command narrows it. */
  protected JsonNode select(JsonNode answer) {
    return answer;
  }

  /** Has the agent of that state directory answer. */
  protected JsonNode ask(Path dir) throws IOException {
    return new LocalClient(dir).ask(command(), arguments());
  }

  @Override
  public Integer call() throws IOException {
    JsonNode answer = select(ask(StateDir.of(stateDir)));
    PrintWriter out = out();
    int status = show(answer, out);
    out.flush();
    return status;
  }

  /** Prints the answer in the format that is wanted; the exit status. */
  protected int show(JsonNode answer, PrintWriter out) throws IOException {
    if (output == Output.JSON) {
      out.println(PrettyJson.of(answer));
      return 0;
    }
    return print(PlainText.of(answer), out);
  }

  protected PrintWriter out() {
    return spec == null ? new PrintWriter(System.out, true) : spec.commandLine().getOut();
  }
}
