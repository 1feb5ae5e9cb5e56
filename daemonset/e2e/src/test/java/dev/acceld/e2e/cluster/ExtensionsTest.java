package dev.acceld.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.e2e.components.Cache;
import dev.acceld.e2e.components.Controller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExtensionsTest {
  private static final String MANIFESTS =
      """
      kind: MutatingWebhookConfiguration
      metadata: {name: any}
      webhooks:
        - {name: set, clientConfig: {service: {name: s, path: /mutate-set}}}
        - {name: pod, clientConfig: {service: {name: s, path: /mutate-pod}}}
      ---
      kind: ValidatingWebhookConfiguration
      metadata: {name: any}
      webhooks:
        - {name: set, clientConfig: {service: {name: s, path: /validate-set}}}
      """;

  @TempDir private Path directory;

  @BeforeEach
  void files() throws IOException {
    Files.writeString(directory.resolve("ca.crt"), "authority");
    Files.writeString(directory.resolve("manifests.yaml"), MANIFESTS);
  }

  private List<ObjectNode> webhooks() throws IOException {
    return webhooks(Controller.JOBSET);
  }

  private List<ObjectNode> webhooks(Controller controller) throws IOException {
    return new Extensions(new Cache(directory), directory).webhooks(controller, directory);
  }

  @Test
  void onlyWebhooksThatTheControllerServesAreCalled() throws IOException {
    Files.writeString(
        directory.resolve("manifests.yaml"),
        """
        kind: MutatingWebhookConfiguration
        metadata: {name: any}
        webhooks:
          - {name: pod, clientConfig: {service: {name: s, path: /mutate--v1-pod}}}
          - {name: job, clientConfig: {service: {name: s, path: /mutate-batch-v1-job}}}
          - {name: own, clientConfig: {service: {name: s, path: /mutate-kueue-x-k8s-io-v1beta2-workload}}}
        """);
    assertThat(webhooks(Controller.KUEUE).getFirst().path("webhooks"))
        .extracting(webhook -> webhook.path("name").asText())
        .containsExactly("job", "own");
  }

  @Test
  void theApiServerCallsThemAtTheAddressOfNode1() throws IOException {
    List<ObjectNode> made = webhooks();
    assertThat(made)
        .hasSize(2)
        .allSatisfy(one -> assertThat(one.at("/metadata/name").asText()).isEqualTo("jobset"));
    JsonNode client = made.getLast().at("/webhooks/0/clientConfig");
    assertThat(client.path("url").asText()).isEqualTo("https://10.77.0.2:9443/validate-set");
    assertThat(client.path("caBundle").asText()).isEqualTo("YXV0aG9yaXR5");
    assertThat(client.has("service")).isFalse();
  }

  @Test
  void aPatchReplacesAWebhookOfItsKind() throws IOException {
    Files.createDirectories(directory.resolve("patches"));
    Files.writeString(
        directory.resolve("patches/mutating-patch.yaml"),
        """
        - op: replace
          path: /webhooks/1
          value: {name: mine, clientConfig: {service: {path: /mutate-mine}}, objectSelector: {a: b}}
        """);
    List<ObjectNode> made = webhooks();
    assertThat(made.getFirst().at("/webhooks/0/name").asText()).isEqualTo("set");
    assertThat(made.getFirst().at("/webhooks/1/objectSelector/a").asText()).isEqualTo("b");
    assertThat(made.getFirst().at("/webhooks/1/clientConfig/url").asText())
        .endsWith("/mutate-mine");
    assertThat(made.getLast().at("/webhooks/0/name").asText()).isEqualTo("set");
  }

  @Test
  void aPatchThatDoesSomethingElseIsNotPassedOver() throws IOException {
    Files.writeString(
        directory.resolve("validating-patch.yaml"),
        "- {op: add, path: /webhooks/0/matchPolicy, value: Exact}\n");
    assertThatThrownBy(this::webhooks)
        .hasMessageContaining("validating-patch.yaml")
        .hasMessageContaining("matchPolicy");
  }
}
