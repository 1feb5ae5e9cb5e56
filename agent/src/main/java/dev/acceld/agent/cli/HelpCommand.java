package dev.acceld.agent.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The help of acceld, or of a command: {@code acceld help simulate xid}. */
@Command(name = "help", description = "Shows the help of acceld or of a command.")
final class HelpCommand implements Runnable {
  @Spec @Nullable CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "the command, with its subcommand if it has any: simulate xid")
  List<String> words = new ArrayList<>();

  @Override
  public void run() {
    CommandSpec own = spec;
    if (own == null) {
      throw new IllegalStateException("made without a spec");
    }
    CommandLine found = own.root().commandLine();
    for (String word : words) {
      CommandLine next = found.getSubcommands().get(word);
      if (next == null) {
        String problem =
            found.getSubcommands().isEmpty()
                ? "'" + found.getCommandSpec().qualifiedName() + "' has no subcommands"
                : UsageError.unknownCommand(found, word);
        throw new ParameterException(found, problem);
      }
      found = next;
    }
    found.usage(own.commandLine().getOut());
  }
}
