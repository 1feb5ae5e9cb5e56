package dev.acceld.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExecutionsTest {
  @Test
  void aRunThatIsStoppedShortSaysSo() {
    assertThat(Executions.tooFew(899_000, 1_000_000, "10m"))
        .contains(
            "stopped without a finding after 899000 of 1000000 inputs, because 10m were over; set a"
                + " longer -Dfuzz.time or a smaller -Dfuzz.runs");
  }

  @Test
  void aWholeRunHasNothingToSay() {
    assertThat(Executions.tooFew(1_000_000, 1_000_000, "10m")).isEmpty();
    assertThat(Executions.tooFew(1_000_007, 1_000_000, "10m")).isEmpty();
  }
}
