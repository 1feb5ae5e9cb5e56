package dev.acceld.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.agent.config.Setting;
import dev.acceld.machine.MachineCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * What the documents tell people to type is run by a test or by CI, and what they list is there.
 */
class CommandsInDocsTest {
  private static final Path ROOT = Path.of("..");
  private static final List<String> PAGES = List.of("README.md", "CONTRIBUTING.md");
  private static final Pattern INLINE = Pattern.compile("`([^`]+)`");
  private static final Pattern FENCE = Pattern.compile("(?m)^(```|~~~)");
  private static final Pattern COMMAND =
      Pattern.compile(
          "(\\./mvnw|agent/bin/\\S+|\\.ci/\\S+|daemonset/chart/render|daemonset/e2e/bin/\\S+|helm"
              + "|kubectl|curl|acceld) .+|\\.ci/run|daemonset/chart/render");
  private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(?:#[^)]*)?\\)");

  /**
   * A line of the list.
   *
   * @param command as in the documents
   * @param file which exercises it
   * @param text to be found there
   */
  private record Exercise(String command, String file, String text) {
    static Exercise of(String line) {
      int text = line.lastIndexOf(" | ");
      int file = line.lastIndexOf(" | ", text - 1);
      return new Exercise(
          line.substring(0, file), line.substring(file + 3, text), line.substring(text + 3));
    }
  }

  @Test
  void everyCommandIsOnTheListAndTheListHasNoOther() throws Exception {
    Set<String> found = new LinkedHashSet<>();
    for (String page : PAGES) {
      found.addAll(commands(text(page)));
    }

    assertThat(found).hasSizeGreaterThan(20);
    assertThat(found)
        .containsExactlyInAnyOrderElementsOf(list().stream().map(Exercise::command).toList());
  }

  @Test
  void whatExercisesACommandIsThere() throws Exception {
    for (Exercise exercise : list()) {
      assertThat(ROOT.resolve(exercise.file())).as(exercise.command()).exists();
      assertThat(text(exercise.file())).as(exercise.command()).contains(exercise.text());
    }
  }

  @Test
  void theCommandsAreRecognized() {
    assertThat(
            commands(
                "text `helm test x` and `Device`\n\n    ./mvnw verify   # all\n\n    $ kubectl get y\n    OUT\n"))
        .containsExactlyInAnyOrder("helm test x", "./mvnw verify", "kubectl get y");
  }

  @Test
  void filesThatAreLinkedExist() throws Exception {
    for (String page :
        List.of("README.md", "CONTRIBUTING.md", "agent/OPERATIONS.md", "agent/PERFORMANCE.md")) {
      Matcher link = LINK.matcher(text(page));
      int links = 0;
      while (link.find()) {
        links++;
        Path target = ROOT.resolve(page).resolveSibling(link.group(1));
        assertThat(target).as(page).exists();
      }
      assertThat(links).as(page).isPositive();
    }
  }

  @Test
  void everySettingAndEveryMachineIsOnThePageOfTheOperator() throws Exception {
    String page = text("agent/OPERATIONS.md");
    for (Setting setting : Setting.values()) {
      assertThat(page).contains("`" + setting.flag() + "`");
    }
    for (String machine : MachineCatalog.names()) {
      assertThat(page).contains("`" + machine + "`");
    }
  }

  /** In blocks that are indented, and between backticks. */
  private static Set<String> commands(String page) {
    assertThat(FENCE.matcher(page).find()).as("blocks are indented by four spaces").isFalse();
    Set<String> found = new LinkedHashSet<>();
    StringBuilder prose = new StringBuilder();
    for (String block : page.split("\n\n", -1)) {
      boolean session = block.startsWith("    $ ");
      for (String line : block.split("\n", -1)) {
        if (!line.startsWith("    ")) {
          prose.append(line).append(' ');
        } else if (!session) {
          found.add(line.strip().replaceFirst(" +# .*", ""));
        } else if (line.startsWith("    $ ")) {
          found.add(line.substring(6).strip());
        }
      }
    }
    Matcher inline = INLINE.matcher(prose);
    while (inline.find()) {
      if (COMMAND.matcher(inline.group(1)).matches()) {
        found.add(inline.group(1));
      }
    }
    return found;
  }

  private static List<Exercise> list() throws IOException {
    return text("agent/src/test/resources/dev/acceld/rules/commands.txt")
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(Exercise::of)
        .toList();
  }

  private static String text(String file) throws IOException {
    return Files.readString(ROOT.resolve(file));
  }
}
