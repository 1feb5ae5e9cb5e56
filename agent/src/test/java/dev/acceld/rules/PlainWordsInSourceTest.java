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

/**
 * An exception reaches people in words ({@code dev.acceld.text.ErrorText}), never by its {@code
 * toString} or its class's name, which say something to programmers only.
 */
class PlainWordsInSourceTest {
  private static final Pattern FOR_PROGRAMMERS =
      Pattern.compile(
          "\\be\\.toString\\(\\)" // log.warn("...: {}", e.toString())
              + "|[\" ]\\s*\\+ e\\s*(?:[;,)]|\\+)" // "...: " + e
              + "|\\b(?:e|cause|problem)\\.getClass\\(\\)\\.get(?:Simple)?Name\\(\\)");

  /** The words themselves. */
  private static final Pattern ELSEWHERE = Pattern.compile(".*/acceld/words/.*");

  @Test
  void exceptionsAreSaidInWords() throws IOException {
    List<String> found = new ArrayList<>();
    int files = 0;
    for (String module : List.of("native-stubs/hardware", "device-probes", "dra-plugin", "agent")) {
      Path sources = Path.of("..", module, "src/main/java");
      try (Stream<Path> all = Files.walk(sources)) {
        for (Path file : all.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
          if (ELSEWHERE.matcher(file.toString()).matches()) {
            continue;
          }
          files++;
          List<String> lines = Files.readAllLines(file);
          for (int i = 0; i < lines.size(); i++) {
            if (FOR_PROGRAMMERS.matcher(lines.get(i)).find()) {
              found.add(file.getFileName() + ":" + (i + 1) + ": " + lines.get(i).strip());
            }
          }
        }
      }
    }
    assertThat(files).as("sources are read").isGreaterThan(100);
    assertThat(found).as("say it with InWords.of(e)").isEmpty();
  }
}
