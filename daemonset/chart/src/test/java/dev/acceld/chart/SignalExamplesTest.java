package dev.acceld.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The examples for autoscalers and queues, as far as one can see without a cluster. */
class SignalExamplesTest {
  private static final Path AUTOSCALING = Tree.DAEMONSET.resolve("examples/autoscaling");
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  @Test
  void eachSaysWhatToExpectAndIsOnThePage() throws Exception {
    String page = Tree.text(Tree.DAEMONSET.resolve("AUTOSCALING.md"));
    List<Path> files = Tree.yamlFiles(AUTOSCALING);

    assertThat(files).hasSizeGreaterThan(4);
    for (Path file : files) {
      assertThat(Tree.text(file)).as("%s", file).startsWith("# ").contains("Expect:");
      assertThat(Tree.documents(Tree.text(file))).as("%s", file).isNotEmpty();
      assertThat(page).contains(Tree.DAEMONSET.relativize(file).toString());
    }
  }

  /** They scale what another example makes. */
  @Test
  void theDeploymentThatIsScaledIsAnExample() throws Exception {
    Set<String> deployments = new HashSet<>();
    for (Path file : Tree.yamlFiles(Tree.DAEMONSET.resolve("examples"))) {
      Tree.documents(Tree.text(file)).stream()
          .filter(o -> o.path("kind").asText().equals("Deployment"))
          .forEach(o -> deployments.add(o.at("/metadata/name").asText()));
    }
    for (String file : List.of("hpa.yaml", "keda.yaml")) {
      JsonNode scaler = Tree.documents(Tree.text(AUTOSCALING.resolve(file))).getFirst();
      assertThat(deployments).contains(scaler.at("/spec/scaleTargetRef/name").asText());
    }
  }

  @Test
  void kueueCountsClassesThatTheChartMakesAndGetsOnlyWhatItAccepts() throws Exception {
    List<JsonNode> objects = Tree.documents(Tree.text(AUTOSCALING.resolve("kueue.yaml")));
    JsonNode config =
        YAML.readTree(objects.getFirst().at("/data/controller_manager_config.yaml").asText());
    JsonNode mappings = config.at("/resources/deviceClassMappings");
    List<String> counted = new ArrayList<>();
    List<String> classes = new ArrayList<>();
    for (JsonNode mapping : mappings) {
      counted.add(mapping.path("name").asText());
      mapping.path("deviceClassNames").forEach(name -> classes.add(name.asText()));
    }
    assertThat(classes).isNotEmpty().doesNotHaveDuplicates();

    List<String> asked = new ArrayList<>();
    for (JsonNode object : objects) {
      if (object.path("kind").asText().equals("ResourceClaimTemplate")) {
        asked.addAll(object.findValuesAsText("deviceClassName"));
        assertThat(object.toString())
            .doesNotContain("selectors", "firstAvailable", "adminAccess", "allocationMode");
      }
      if (object.path("kind").asText().equals("ClusterQueue")) {
        JsonNode group = object.at("/spec/resourceGroups/0");
        List<String> covered = new ArrayList<>();
        group.path("coveredResources").forEach(name -> covered.add(name.asText()));
        assertThat(covered).containsAll(counted);
        List<String> quotas = new ArrayList<>();
        group.at("/flavors/0/resources").forEach(r -> quotas.add(r.path("name").asText()));
        assertThat(quotas).containsExactlyElementsOf(covered);
      }
    }
    assertThat(classes).containsAll(asked);
    assertThat(asked).isNotEmpty();

    Helm helm = Helm.orSkip();
    assertThat(
            helm.objects("-f", AUTOSCALING.resolve("kueue-values.yaml").toString())
                .names("DeviceClass"))
        .containsAll(classes);
  }
}
