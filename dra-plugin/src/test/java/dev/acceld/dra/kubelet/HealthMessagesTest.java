package dev.acceld.dra.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.HealthReport.Action;
import dev.acceld.device.HealthReport.Effect;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.HealthReport.State;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HealthMessagesTest {

  private static Reason reason(String message, Action action) {
    return new Reason(
        "code", "", message, State.DEGRADED, Effect.NONE, action, "it is over", FakeHealth.SINCE);
  }

  @Test
  void joinsTheReasonsWithWhatToDo() {
    assertThat(
            HealthMessages.message(
                List.of(reason("XID 79", Action.REBOOT), reason("too hot", Action.NONE))))
        .isEqualTo("XID 79 (reboot the node); too hot");
  }

  @Test
  void cutsAtTheKubeletsLimit() {
    String exact = HealthMessages.message(List.of(reason("x".repeat(1024), Action.NONE)));
    String cut = HealthMessages.message(List.of(reason("x".repeat(1025), Action.NONE)));

    assertThat(exact).isEqualTo("x".repeat(1024));
    assertThat(cut).isEqualTo("x".repeat(1021) + "...");
  }

  /** As the kubelet cuts at 1024 bytes, and a person needs the advice. */
  @Test
  void ofManyReasonsTheGravestKeepsItsAdviceAndTheOthersAreCounted() {
    List<Reason> many =
        IntStream.range(0, 30)
            .mapToObj(i -> reason("reason " + i + " " + "x".repeat(60), Action.RESET))
            .toList();
    String message = HealthMessages.message(many);
    assertThat(message)
        .hasSizeBetween(900, 1024)
        .startsWith("reason 0 " + "x".repeat(60) + " (reset the device); reason 1 ")
        .matches(".* \\(reset the device\\); and \\d+ more");
    int told = message.split("; reason", -1).length;
    assertThat(message).endsWith("; and " + (30 - told) + " more");

    String first =
        HealthMessages.message(
            List.of(reason("y".repeat(1020), Action.REBOOT), reason("XID 79", Action.RESET)));
    assertThat(first).hasSize(1024).endsWith("y... (reboot the node); and 1 more");
  }

  @Test
  void isOneLineOfAscii() {
    String message = HealthMessages.message(List.of(reason("40 °C\nmore", Action.NONE)));

    assertThat(message).isEqualTo("40 ?C more");
    assertThat(message.getBytes(StandardCharsets.UTF_8)).hasSize(message.length());
  }
}
