package dev.acceld.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.agent.cli.AtOnce;
import dev.acceld.agent.cli.Commands;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people do wrong is said in one line, with a status that is not zero. */
class CommandsTest {
  @TempDir Path dir;

  /** Exit status and everything printed to standard error and to standard output. */
  private record Said(int status, String text, String out) {}

  private static Said run(String... args) {
    PrintStream err = System.err;
    PrintStream out = System.out;
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    System.setErr(new PrintStream(text, true, StandardCharsets.UTF_8));
    System.setOut(new PrintStream(answer, true, StandardCharsets.UTF_8));
    try {
      int status = Commands.run(args);
      return new Said(
          status, text.toString(StandardCharsets.UTF_8), answer.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(err);
      System.setOut(out);
    }
  }

  @Test
  void anUnknownMachineNamesTheNearestOne() {
    Said said = run("run", "--machine", "h100x9", "--state-dir", dir.toString());
    assertThat(said.status()).isEqualTo(1);
    assertThat(said.text()).contains("h100x9", "h100x8").doesNotContain("\tat ");
  }

  @Test
  void simulatingWithoutAMachineSaysSo() {
    Said said = run("simulate", "--state-dir", dir.toString(), "xid", "gpu-0", "79");
    assertThat(said.status()).isEqualTo(1);
    assertThat(said.text()).contains(dir.toString()).doesNotContain("\tat ");
  }

  @Test
  void askingWithoutAnAgentSaysHowToStartOne() {
    Said said = run("devices", "--state-dir", dir.toString());
    assertThat(said.status()).isEqualTo(1);
    assertThat(said.text()).contains("acceld run").doesNotContain("\tat ");
  }

  @Test
  void anUnknownFlagNamesTheNearestOne() {
    Said said = run("run", "--kublet-dir", "/x");
    assertThat(said.status()).isEqualTo(2);
    assertThat(said.text()).contains("'--kublet-dir'", "did you mean '--kubelet-dir'?");
    assertThat(said.text()).hasLineCount(2).contains("See 'acceld run --help'");
  }

  @Test
  void theImageHasNoDemo() {
    Said said = run("demo");
    assertThat(said.status()).isEqualTo(2);
    assertThat(said.text())
        .contains("does not contain the demo", "'agent/bin/acceld demo'")
        .hasLineCount(2);
    assertThat(run("--help").out()).contains("devices").doesNotContain("demo");
  }

  @ParameterizedTest
  @CsvSource({"divices, devices", "doctr, doctor", "claim, claims", "hepl, help", "insid, inside"})
  void anUnknownCommandNamesTheNearestOne(String word, String meant) {
    Said said = run(word);
    assertThat(said.status()).isEqualTo(2);
    assertThat(said.text()).contains("'" + word + "'; did you mean '" + meant + "'?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hello",
        "relese",
        "realease",
        "simulat",
        "simulate xidd",
        "simulate los",
        "simulate hangs",
        "simulate rebot",
        "simulate unload-drive"
      })
  void whatTakesDevicesOutOfServiceIsNeverSuggested(String line) {
    for (String prefix : List.of("", "help ")) {
      Said said = run((prefix + line).split(" "));
      assertThat(said.status()).as(prefix + line).isEqualTo(2);
      assertThat(said.text())
          .as(prefix + line)
          .contains("there is no command '" + line + "'; there are: ")
          .doesNotContain("did you mean");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "simulate unhan, unhang",
    "simulate restor, restore",
    "simulate load-drive, load-driver"
  })
  void whatEndsAFaultIsSuggested(String line, String meant) {
    assertThat(run(line.split(" ")).text()).contains("did you mean 'simulate " + meant + "'?");
  }

  @ParameterizedTest
  @CsvSource({
    "help, Usage: acceld [",
    "help devices, Usage: acceld devices",
    "help simulate, Usage: acceld simulate",
    "help simulate xid, Usage: acceld simulate xid",
    "help help, Usage: acceld help"
  })
  void helpIsACommandToo(String line, String usage) {
    Said said = run(line.split(" "));
    assertThat(said.status()).isZero();
    assertThat(said.out()).startsWith(usage);
    assertThat(said.text()).isEmpty();
  }

  @Test
  void awaitUnusedWithoutAClusterSaysSo() {
    Said said = run("await-unused", "--timeout", "1s");
    assertThat(said.status()).isEqualTo(1);
    assertThat(said.text()).contains("--kubeconfig").doesNotContain("\tat ");
  }

  @Test
  void aTimeoutWithoutAUnitIsExplained() {
    Said said = run("await-unused", "--timeout", "300");
    assertThat(said.status()).isEqualTo(1);
    assertThat(said.text()).contains("--timeout", "'300'", "1s");
  }

  @Test
  void outsideOfAContainerWithAClaimNothingIsInside() {
    assertThat(run("inside").status()).isEqualTo(1);
  }

  @Test
  void theAgentsOwnCommandExplainsItself() {
    assertThat(run("run", "--help").status()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "list",
        "xid",
        "lose",
        "restore",
        "set",
        "hang",
        "unhang",
        "fail",
        "unload-driver",
        "load-driver",
        "reboot",
        "tpu-workload"
      })
  void everyVerbExplainsItself(String verb) {
    assertThat(run("simulate", verb, "--help").status()).isZero();
  }

  @Test
  void topIsAtOnceOrNotWithTheSameWords() {
    String nobody = "--state-dir=" + dir;
    PrintStream err = System.err;
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    System.setErr(new PrintStream(text, true, StandardCharsets.UTF_8));
    try {
      assertThat(AtOnce.of("top", "--once", nobody)).hasValue(1);
    } finally {
      System.setErr(err);
    }
    assertThat(text.toString(StandardCharsets.UTF_8))
        .isEqualTo(run("top", "--once", nobody).text())
        .startsWith("acceld: no agent runs with the state directory " + dir)
        .hasLineCount(1);
    assertThat(AtOnce.of("top", "--onec")).as("picocli says what is wrong").isEmpty();
    assertThat(AtOnce.of("devices", nobody)).isEmpty();
    assertThat(AtOnce.of()).isEmpty();
  }
}
