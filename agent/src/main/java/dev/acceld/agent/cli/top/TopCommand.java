package dev.acceld.agent.cli.top;

import dev.acceld.agent.cli.AddedCommand;
import dev.acceld.agent.cli.Output;
import dev.acceld.agent.cli.SettingOptions;
import dev.acceld.agent.cli.top.page.View;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The node on a terminal, as it is now. */
@Command(
    name = "top",
    mixinStandardHelpOptions = true,
    description =
        "Shows devices, claims, pods, processes and faults of this node, and keeps them up to"
            + " date. ? lists the keys. Without a terminal it prints once.")
public final class TopCommand implements AddedCommand, Callable<Integer> {

  @Option(names = "--once", description = "print once and exit")
  boolean once;

  @Option(
      names = "--view",
      paramLabel = "VIEW",
      description =
          "devices, claims, pods, processes or faults (default: devices; with --once: all)")
  @Nullable View view;

  @Option(names = "--sort", paramLabel = "COLUMN", description = "sort the view by that column")
  @Nullable String sort;

  @Option(names = "--filter", paramLabel = "TEXT", description = "only rows that have that text")
  String filter = "";

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      description = "how often to ask the agent, from 200ms on (default: 1s)")
  String interval = TopOptions.INTERVAL;

  @Option(
      names = "--ascii",
      description = "only ASCII characters (default with a locale that is not UTF-8)")
  boolean ascii;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "table or json (default: table)")
  Output output = Output.TABLE;

  @Option(names = "--state-dir", paramLabel = "DIR", description = SettingOptions.STATE_DIR_HELP)
  @Nullable String stateDir;

  @Spec @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    CommandLine line = Objects.requireNonNull(spec).commandLine();
    TopOptions options = options();
    if (options.problem().isPresent()) {
      throw new ParameterException(line, options.problem().get());
    }
    return new Top(options).run(line.getOut());
  }

  /** What the command line says, right or wrong. */
  TopOptions options() {
    return new TopOptions(once, view, sort, filter, interval, ascii, output, stateDir);
  }
}
