package dev.acceld.agent.cli;

import dev.acceld.agent.Agent;
import dev.acceld.agent.config.AgentConfig;
import dev.acceld.telemetry.log.LogFormat;
import dev.acceld.telemetry.log.LogSetup;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** The agent itself, in the foreground, until it is told to stop. */
final class RunCommand implements Callable<Integer> {
  private @Nullable CommandSpec spec;

  private RunCommand() {}

  static CommandSpec spec() {
    RunCommand command = new RunCommand();
    CommandSpec spec =
        CommandSpec.wrapWithoutInspection(command).name("run").mixinStandardHelpOptions(true);
    spec.usageMessage()
        .description(
            "Runs the agent in the foreground. Every flag is a variable and a YAML key too:",
            "--kubelet-dir, ACCELD_KUBELET_DIR, kubeletDir.");
    SettingOptions.addAll(spec);
    command.spec = spec;
    return spec;
  }

  @Override
  public Integer call() throws Exception {
    CommandSpec own = spec;
    if (own == null) {
      throw new IllegalStateException("made without a spec");
    }
    AgentConfig config = SettingOptions.read(own.commandLine().getParseResult());
    LogSetup.configure(config.jsonLogs() ? LogFormat.JSON : LogFormat.TEXT, config.logLevel());
    Agent agent = Agent.start(config);
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  agent.close();
                  stopped.countDown();
                },
                "shutdown"));
    stopped.await();
    return 0;
  }
}
