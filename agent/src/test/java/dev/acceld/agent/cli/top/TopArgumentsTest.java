package dev.acceld.agent.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.agent.cli.Output;
import dev.acceld.agent.cli.top.page.View;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What is not read here is left to picocli, which says what is wrong with it. */
class TopArgumentsTest {
  private static List<String> words(String line) {
    return line.isEmpty() ? List.of() : List.of(line.split(" ", -1));
  }

  @Test
  void readsEveryOptionInBothForms() {
    assertThat(
            TopArguments.of(
                words(
                    "--once --ascii --view=faults --sort device --filter gpu --interval 500ms"
                        + " --state-dir=/srv/x=y -o json")))
        .hasValue(
            new TopOptions(
                true, View.FAULTS, "device", "gpu", "500ms", true, Output.JSON, "/srv/x=y"));
    assertThat(TopArguments.of(words("--view CLAIMS --output=TABLE")).orElseThrow().view())
        .isEqualTo(View.CLAIMS);
  }

  /** An option that only one of them knows, or that they read differently, fails here. */
  @Test
  void readsEveryOptionAsPicocliDoes() {
    Map<String, String> values =
        Map.of(
            "--view", "faults",
            "--sort", "device",
            "--filter", "a=b c",
            "--interval", "2s",
            "--output", "json",
            "--state-dir", "/srv/x");
    List<String> all = new ArrayList<>();
    for (OptionSpec option : new CommandLine(new TopCommand()).getCommandSpec().options()) {
      if (option.usageHelp() || option.versionHelp()) {
        continue;
      }
      for (String name : option.names()) {
        List<String> line =
            option.arity().max() == 0
                ? List.of(name)
                : List.of(name, Objects.requireNonNull(values.get(option.longestName()), name));
        assertThat(TopArguments.of(line)).as(name).contains(picocli(line));
        if (name.equals(option.longestName())) {
          all.addAll(line);
        }
      }
    }
    assertThat(all).containsAll(values.keySet());
    assertThat(TopArguments.of(all)).contains(picocli(all));
  }

  private static TopOptions picocli(List<String> line) {
    TopCommand command = new TopCommand();
    new CommandLine(command)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .parseArgs(line.toArray(String[]::new));
    return command.options();
  }

  @Test
  void nothingSaidIsTheUsual() {
    TopOptions usual = TopArguments.of(List.of()).orElseThrow();
    assertThat(usual)
        .isEqualTo(new TopOptions(false, null, null, "", "1s", false, Output.TABLE, null))
        .isEqualTo(picocli(List.of()));
    assertThat(usual.every()).isEqualTo(Duration.ofSeconds(1));
    assertThat(usual.shown()).isEqualTo(View.DEVICES);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "-h",
        "--version",
        "devices",
        "--once --once",
        "--once=true",
        "--view",
        "--view=",
        "--view=nodes",
        "--view=claims --view=pods",
        "--filter --once",
        "--filter @words",
        "--interval 1",
        "--interval 100ms",
        "--sort nonsense",
        "--output=yaml",
        "-o",
        "-ojson",
        "--stat-dir=/x",
        "--vi=claims"
      })
  void leavesTheRestToPicocli(String line) {
    assertThat(TopArguments.of(words(line))).isEmpty();
  }
}
