package dev.acceld.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

  /**
   * A selector with a name that no page lists finds nothing, or stops the scheduling of the pod.
   */
  @Test
  void selectByAttributesThatAreDocumented() throws Exception {
    String pages = "";
    for (String page : List.of("NVIDIA.md", "MIG.md", "TPU.md")) {
      pages += Tree.text(Tree.DAEMONSET.resolve(page));
    }
    int names = 0;
    for (Path file : Tree.yamlFiles(Tree.DAEMONSET.resolve("examples"))) {
      Matcher name =
          Pattern.compile("attributes\\[\"acceld\\.dev\"]\\.\\??(\\w+)").matcher(Tree.text(file));
      while (name.find()) {
        names++;
        assertThat(pages)
            .as("%s: %s", file, name.group(1))
            .containsPattern("[`.](acceld\\.dev/)?" + name.group(1) + "\\b");
      }
    }
    assertThat(names).isGreaterThan(5);
  }

  /** GKE adds the toleration only to pods that request an extended resource. */
  @Test
  void podsThatMayGetTpusTolerateTheTaintOfTheirNodes() throws Exception {
    for (Path file : Tree.yamlFiles(Tree.DAEMONSET.resolve("examples"))) {
      String text = Tree.text(file);
      assertThat(text.contains("key: google.com/tpu"))
          .as("%s", file)
          .isEqualTo(text.contains("deviceClassName: tpu"));
    }
  }

  /** A JobSet's Job and a group of a LeaderWorkerSet are a slice each. */
  @Test
  void aSliceHasAsManyPodsAsWorkers() throws Exception {
    int slices = 0;
    for (Path file : Tree.yamlFiles(Tree.DAEMONSET.resolve("examples"))) {
      List<JsonNode> objects = Tree.documents(Tree.text(file));
      for (JsonNode claim : objects) {
        JsonNode config = claim.at("/spec/spec/devices/config/0/opaque/parameters");
        if (!config.path("kind").asText().equals("TpuConfig")) {
          continue;
        }
        slices++;
        assertThat(config.path("apiVersion").asText()).isEqualTo("tpu.acceld.dev/v1alpha1");
        int workers = config.at("/slice/workers").asInt();
        JsonNode owner = objects.getLast();
        JsonNode job = owner.at("/spec/replicatedJobs/0/template/spec");
        assertThat(
                List.of(
                    job.path("completions").asInt(workers),
                    job.path("parallelism").asInt(workers),
                    owner.at("/spec/leaderWorkerTemplate/size").asInt(workers)))
            .as("%s", file)
            .containsOnly(workers);
        assertThat(owner.findValuesAsText("resourceClaimTemplateName"))
            .containsOnly(claim.at("/metadata/name").asText());
      }
    }
    assertThat(slices).isEqualTo(2);
  }
}
