package dev.acceld.machine.description;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionsTest {
  private static final List<String> KNOWN =
      List.of("devices", "doctor", "demo", "release", "restore", "kubeletDir");

  @ParameterizedTest
  @CsvSource({
    "device, devices", // a letter left out
    "deviecs, devices", // two letters swapped
    "DOCTOR, doctor", // case
    "dmeo, demo",
    "realese, release",
    "kubletdir, kubeletDir",
    "doc, doctor", // the only one that begins so
    "kubelet, kubeletDir",
  })
  void aSlipIsUnderstood(String word, String meant) {
    assertThat(Suggestions.to(word, KNOWN)).contains(meant);
  }

  @ParameterizedTest
  @CsvSource({"help", "ls", "d", "de", "xyz", "utilization", "resign", "''"})
  void whatIsFarFromEverythingHasNoSuggestion(String word) {
    assertThat(Suggestions.to(word, KNOWN)).isEmpty();
  }
}
