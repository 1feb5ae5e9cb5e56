package dev.acceld.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users read calls hardware that is not there "simulated", always. */
class OneWordInSourceTest {
  private static final Pattern OTHER =
      Pattern.compile("make-believe|stand-in\\b|pretend", Pattern.CASE_INSENSITIVE);

  /** In a string; a comment is for programmers. */
  private static final Pattern IN_A_STRING =
      Pattern.compile(
          "^(?!\\s*(?://|/?\\*)).*\"[^\"]*(?:" + OTHER.pattern() + ")", Pattern.CASE_INSENSITIVE);

  private static List<String> lines(Path root, String ending, Pattern pattern) throws IOException {
    List<String> found = new ArrayList<>();
    int files = 0;
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file :
          all.filter(f -> f.toString().endsWith(ending) && !f.toString().contains("/target/"))
              .toList()) {
        files++;
        Files.readAllLines(file).stream()
            .filter(line -> pattern.matcher(line).find())
            .forEach(line -> found.add(file + ": " + line.strip()));
      }
    }
    assertThat(files).as("files in %s", root).isPositive();
    return found;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "native-stubs/hardware",
        "native-stubs/control-plane",
        "native-stubs/demo",
        "device-probes",
        "dra-plugin",
        "agent"
      })
  void messagesAndHelp(String module) throws IOException {
    assertThat(lines(Path.of("..", module, "src/main/java"), ".java", IN_A_STRING)).isEmpty();
  }

  @Test
  void pages() throws IOException {
    for (String page : List.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md")) {
      assertThat(OTHER.matcher(Files.readString(Path.of("..", page))).find()).as(page).isFalse();
    }
    for (String folder : List.of("agent", "daemonset")) {
      assertThat(lines(Path.of("..", folder), ".md", OTHER)).isEmpty();
    }
    assertThat(lines(Path.of("../daemonset/chart/acceld"), ".json", OTHER)).isEmpty();
    assertThat(lines(Path.of("../daemonset/chart/acceld"), ".txt", OTHER)).isEmpty();
  }
}
