package dev.acceld.agent.cli;

import dev.acceld.agent.Version;
import java.util.Optional;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** All commands, under one roof. */
@Command(
    name = "acceld",
    mixinStandardHelpOptions = true,
    versionProvider = Commands.Build.class,
    description = "Node agent and Kubernetes DRA driver for GPUs and TPUs.",
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:done",
      "1:it failed, or it found a problem (doctor, scan, inside, await-unused)",
      "2:the command line is wrong; nothing was done"
    })
public final class Commands {
  static final int WRONG_USAGE = 2;

  private Commands() {}

  /** Runs a command line; the exit status: 0 done, 1 failed, 2 wrong usage. */
  public static int run(String... args) {
    CommandLine line = new CommandLine(new Commands());
    String first = args.length == 0 ? "" : args[0];
    Optional<AddedCommand> only = added(first);
    if (only.isPresent()) {
      line.addSubcommand(only.get()); // it starts in half the time without the others
    } else {
      line.addSubcommand(RunCommand.spec());
    }
    if (only.isEmpty() && !first.equals("run")) { // the agent's start pays for no other command
      line.addSubcommand(new DevicesCommand());
      line.addSubcommand(new ClaimsCommand());
      line.addSubcommand(new ReleaseCommand());
      line.addSubcommand(new RepairCommand());
      line.addSubcommand(new InsideCommand());
      line.addSubcommand(AwaitUnusedCommand.spec());
      line.addSubcommand(DoctorCommand.spec());
      line.addSubcommand(ScanCommand.spec());
      ServiceLoader.load(AddedCommand.class).forEach(line::addSubcommand);
      line.addSubcommand(new HelpCommand());
    }
    sameVersion(line);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(
        (problem, of, parsed) -> Failure.report(problem, of.getErr()));
    line.setParameterExceptionHandler(UsageError::report);
    if (args.length == 0) {
      line.usage(line.getErr());
      return WRONG_USAGE;
    }
    return line.execute(args);
  }

  /** The command of that name, if it is one with a package of its own. */
  private static Optional<AddedCommand> added(String name) {
    return name.equals("run")
        ? Optional.empty()
        : ServiceLoader.load(AddedCommand.class).stream()
            .filter(found -> {
              Command about = found.type().getAnnotation(Command.class);
              return about != null && about.name().equals(name);
            })
            .findFirst()
            .map(ServiceLoader.Provider::get);
  }

  /** {@code acceld devices --version} is answered, too. */
  private static void sameVersion(CommandLine line) {
    for (CommandLine command : line.getSubcommands().values()) {
      command.getCommandSpec().versionProvider(new Build());
      sameVersion(command);
    }
  }

  /** The version in the jar's manifest. */
  static final class Build implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"acceld " + Version.current()};
    }
  }
}
