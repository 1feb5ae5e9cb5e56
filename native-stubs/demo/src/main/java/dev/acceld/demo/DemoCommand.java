package dev.acceld.demo;

import dev.acceld.agent.cli.AddedCommand;
import dev.acceld.telemetry.log.LogFormat;
import dev.acceld.telemetry.log.LogSetup;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A claim from its device to its metrics, without a cluster and without hardware. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Shows in about fifteen seconds what acceld does: the agent on simulated hardware, with a"
            + " fake API server and kubelet.")
public final class DemoCommand implements AddedCommand, Callable<Integer> {
  @Option(
      names = "--machine",
      paramLabel = "NAME",
      defaultValue = "h100x8",
      description = "the simulated machine: a name or a YAML file (default: h100x8)")
  String machine = "h100x8";

  @Option(
      names = "--keep",
      description = "keeps everything running at the end, and prints the URLs")
  boolean keep;

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      defaultValue = "warn",
      description = "log level of the agent (default: warn)")
  String logLevel = "warn";

  @Override
  public Integer call() throws Exception {
    LogSetup.configure(LogFormat.TEXT, logLevel);
    new DemoRun(System.out).play(machine, keep);
    return 0;
  }
}
