package dev.acceld.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.agent.cli.Commands;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people do wrong is said in one line, with a status that is not zero. */
class CommandsTest {
  @TempDir Path dir;

  /** Exit status and everything printed to standard error. */
  private record Said(int status, String text) {}

  private Said run(String... args) {
    PrintStream before = System.err;
    ByteArrayOutputStream caught = new ByteArrayOutputStream();
    System.setErr(new PrintStream(caught, true, StandardCharsets.UTF_8));
    try {
      int status = Commands.run(args);
      return new Said(status, caught.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(before);
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
  void anUnknownFlagIsWrongUsage() {
    assertThat(run("run", "--kublet-dir", "/x").status()).isEqualTo(2);
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
        "reboot"
      })
  void everyVerbExplainsItself(String verb) {
    assertThat(run("simulate", verb, "--help").status()).isZero();
  }
}
