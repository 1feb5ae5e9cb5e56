package dev.acceld.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plain manifests are the chart's. */
class ManifestsTest {
  private static final Path MANIFESTS = Tree.DAEMONSET.resolve("manifests");
  private static final Path SIMULATED = Tree.DAEMONSET.resolve("manifests-simulated");

  @Test
  void areWhatTheChartRenders(@TempDir Path directory) throws Exception {
    Helm helm = Helm.orSkip();
    Path out = directory.resolve("manifests");
    ProcessBuilder render =
        new ProcessBuilder(Tree.DAEMONSET.resolve("chart/render").toString(), out.toString());
    render.environment().put("ACCELD_HELM", helm.program().toString());

    assertThat(render.inheritIO().start().waitFor()).isZero();

    compare(out, MANIFESTS, List.of("kustomization.yaml", "namespace.yaml"));
    compare(directory.resolve("manifests-simulated"), SIMULATED, List.of("kustomization.yaml"));
  }

  private static void compare(Path rendered, Path committed, List<String> byHand) throws Exception {
    List<String> names =
        Tree.yamlFiles(committed).stream()
            .map(f -> f.getFileName().toString())
            .filter(n -> !byHand.contains(n))
            .toList();
    assertThat(Tree.yamlFiles(rendered).stream().map(f -> f.getFileName().toString()))
        .containsExactlyElementsOf(names);
    for (String name : names) {
      assertThat(committed.resolve(name))
          .as("%s; run daemonset/chart/render", name)
          .hasSameTextualContentAs(rendered.resolve(name));
    }
  }

  @Test
  void theKustomizationNamesEachOfThem() throws Exception {
    JsonNode kustomization = Tree.document(MANIFESTS.resolve("kustomization.yaml"));

    assertThat(Objects.texts(kustomization.path("resources")))
        .containsExactlyInAnyOrderElementsOf(
            Tree.yamlFiles(MANIFESTS).stream()
                .map(f -> f.getFileName().toString())
                .filter(n -> !n.equals("kustomization.yaml"))
                .toList());
    String image =
        kustomization.at("/images/0/newName").asText()
            + ":"
            + kustomization.at("/images/0/newTag").asText();
    assertThat(Files.readString(MANIFESTS.resolve("daemonset.yaml"))).contains("image: " + image);
  }
}
