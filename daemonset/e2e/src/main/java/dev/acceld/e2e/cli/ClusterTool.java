package dev.acceld.e2e.cli;

import dev.acceld.e2e.components.NotPossibleException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code daemonset/e2e/bin/cluster}. */
@Command(
    name = "cluster",
    description = "A real Kubernetes on this machine, as the cluster tests use it.",
    subcommands = {
      Check.class,
      Prepare.class,
      Up.class,
      BenchCommand.class,
      CommandLine.HelpCommand.class
    },
    mixinStandardHelpOptions = true)
public final class ClusterTool {
  private ClusterTool() {}

  /** Runs the command that is named. */
  public static void main(String[] arguments) {
    CommandLine line = new CommandLine(new ClusterTool());
    line.setExecutionExceptionHandler((problem, command, parsed) -> {
      if (problem instanceof NotPossibleException
          || problem instanceof IllegalStateException
          || problem instanceof IllegalArgumentException) {
        command.getErr().println("cluster: " + problem.getMessage());
        return 1;
      }
      throw problem;
    });
    System.exit(line.execute(arguments));
  }
}
