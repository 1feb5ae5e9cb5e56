package dev.acceld.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The examples, as far as one can see without a cluster. */
class ExamplesTest {

  @Test
  void eachSaysWhatToExpect() throws Exception {
    for (Path file : Tree.yamlFiles(Tree.DAEMONSET.resolve("examples"))) {
      assertThat(Tree.text(file)).as("%s", file).startsWith("# ").contains("Expect:");
    }
  }

  @Test
  void askForClassesThatThePlainManifestsHave() throws Exception {
    Set<String> classes = new TreeSet<>();
    for (JsonNode made :
        Tree.documents(Tree.text(Tree.DAEMONSET.resolve("manifests/device-classes.yaml")))) {
      classes.add(made.at("/metadata/name").asText());
    }

    for (Path file : Tree.yamlFiles(Tree.DAEMONSET.resolve("examples"))) {
      for (JsonNode object : Tree.documents(Tree.text(file))) {
        List<String> asked = object.findValuesAsText("deviceClassName");
        assertThat(classes).as("%s", file).containsAll(asked);
      }
    }
  }

  @Test
  void theReadmeNamesEachThatIsThere() throws Exception {
    String readme = Tree.text(Tree.DAEMONSET.resolveSibling("README.md"));

    for (Path file : Tree.yamlFiles(Tree.DAEMONSET.resolve("examples"))) {
      assertThat(readme).contains(file.getFileName().toString());
    }
  }
}
