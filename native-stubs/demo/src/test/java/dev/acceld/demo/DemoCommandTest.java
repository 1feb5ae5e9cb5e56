package dev.acceld.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.agent.cli.Commands;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The demo as one of acceld's commands. */
class DemoCommandTest {
  /** Exit status and everything printed. */
  private record Said(int status, String text) {}

  private static Said run(String... args) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    PrintStream both = new PrintStream(text, true, StandardCharsets.UTF_8);
    System.setOut(both);
    System.setErr(both);
    try {
      return new Said(Commands.run(args), text.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  @Test
  void theCommandIsListedAndHasHelp() {
    assertThat(run("--help").text()).contains("\n  demo ");
    assertThat(run("demo", "--help").text()).contains("Usage: acceld demo", "--keep");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2 | demo h100x8            | 'h100x8' is an unexpected argument | --help
          1 | demo --machine h100x9  | 'h100x9' | did you mean 'h100x8'?
          1 | demo --log-level loud  | 'loud' | error, warn, info, debug or trace
          """)
  void whatIsWrongIsSaidInWords(int status, String line, String thing, String remedy) {
    Said said = run(line.split(" "));

    assertThat(said.status()).isEqualTo(status);
    assertThat(said.text()).contains(thing, remedy).doesNotContain("Exception", "\tat ");
    assertThat(said.text().lines()).hasSizeLessThanOrEqualTo(4);
  }
}
