package dev.acceld.agent.cli;

import dev.acceld.agent.Version;
import dev.acceld.agent.config.AgentConfig;
import dev.acceld.agent.config.ConfigException;
import dev.acceld.agent.config.Durations;
import dev.acceld.agent.config.Setting;
import dev.acceld.agent.uninstall.AwaitUnused;
import dev.acceld.dra.cluster.ClaimUses;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Waits until the driver can be uninstalled. */
final class AwaitUnusedCommand implements Callable<Integer> {
  private static final String TIMEOUT = "--timeout";
  private @Nullable CommandSpec spec;

  private AwaitUnusedCommand() {}

  static CommandSpec spec() {
    AwaitUnusedCommand command = new AwaitUnusedCommand();
    CommandSpec spec =
        CommandSpec.wrapWithoutInspection(command)
            .name("await-unused")
            .mixinStandardHelpOptions(true);
    spec.usageMessage()
        .description(
            "Waits until no pod in the cluster holds a device of this driver. When the timeout"
                + " expires, it lists the pods that still do and exits with status 1. Run it"
                + " before an uninstall; it needs permission to list resourceclaims.");
    spec.addOption(
        OptionSpec.builder(TIMEOUT)
            .paramLabel("DURATION")
            .type(String.class)
            .description("how long to wait (default: 5m)")
            .build());
    SettingOptions.add(spec, List.of(Setting.DRIVER_NAME, Setting.KUBECONFIG));
    command.spec = spec;
    return spec;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    CommandSpec own = spec;
    if (own == null) {
      throw new IllegalStateException("made without a spec");
    }
    ParseResult parsed = own.commandLine().getParseResult();
    String text = parsed.matchedOptionValue(TIMEOUT, "5m");
    Duration timeout =
        Durations.parse(text)
            .orElseThrow(
                () -> new ConfigException(TIMEOUT + ": '" + text + "' must be " + Durations.FORM));
    AgentConfig config = SettingOptions.read(parsed);
    ClaimUses claims =
        ClaimUses.open(config.kubeconfig(), System.getenv(), Version.current())
            .orElseThrow(() ->
                new IOException(
                    "no cluster: set --kubeconfig (or KUBECONFIG), or run in a pod with a service"
                        + " account"));
    PrintWriter out = own.commandLine().getOut();
    boolean unused =
        new AwaitUnused(
                config.driverName(),
                claims::of,
                AwaitUnused.Time.REAL,
                line -> {
                  out.println(line);
                  out.flush();
                })
            .await(timeout);
    return unused ? 0 : 1;
  }
}
