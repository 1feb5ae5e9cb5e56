package dev.acceld.agent.cli;

import dev.acceld.agent.Agent;
import dev.acceld.agent.config.AgentConfig;
import dev.acceld.telemetry.log.LogFormat;
import dev.acceld.telemetry.log.LogSetup;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The agent itself, in the foreground, until it is told to stop. */
final class RunCommand implements Callable<Integer> {
  private static final Duration LONGEST_START = Duration.ofSeconds(5);

  private @Nullable CommandSpec spec;

  private RunCommand() {}

  static CommandSpec spec() {
    RunCommand command = new RunCommand();
    CommandSpec spec =
        CommandSpec.wrapWithoutInspection(command).name("run").mixinStandardHelpOptions(true);
    spec.usageMessage()
        .description(
            "Runs the agent in the foreground until it gets SIGTERM or SIGINT.",
            "Each option is also an environment variable and a key of the YAML file that --config"
                + " names: --kubelet-dir, ACCELD_KUBELET_DIR, kubeletDir. An option takes"
                + " precedence over a variable, and a variable over the file.")
        .exitCodeListHeading("%nExit status:%n")
        .exitCodeList(
            UsageMessageSpec.keyValuesMap(
                "1:it cannot start; the last line gives the reason",
                "2:the command line is wrong",
                "130:it shut down after SIGINT",
                "143:it shut down after SIGTERM"));
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
    // The hook comes first: who is told to stop while he starts leaves in order too.
    CompletableFuture<Agent> started = new CompletableFuture<>();
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  leave(started);
                  stopped.countDown();
                },
                "shutdown"));
    try {
      started.complete(Agent.start(config));
    } catch (IOException | RuntimeException | Error e) {
      started.completeExceptionally(e);
      throw e;
    }
    stopped.await();
    return 0;
  }

  private static void leave(CompletableFuture<Agent> started) {
    try {
      started.get(LONGEST_START.toMillis(), TimeUnit.MILLISECONDS).close();
    } catch (ExecutionException | TimeoutException e) {
      // It never came up, or hangs in a start: there is nothing to leave in order.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
