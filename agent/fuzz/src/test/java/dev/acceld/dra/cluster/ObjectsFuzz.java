package dev.acceld.dra.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.fuzz.Executions;
import dev.acceld.fuzz.Inputs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * ResourceClaims and Pods of the API server. Both are read token by token; what comes out has to be
 * what a tree of the whole says, as long as no field occurs twice.
 */
class ObjectsFuzz {
  private static final JsonFactory JSON = new JsonFactory();
  private static final ObjectMapper TREE =
      new ObjectMapper(
          JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

  static List<byte[]> seeds() {
    return Inputs.seeds(
        """
        {"metadata":{"name":"c","namespace":"n","uid":"u","annotations":{\
        "resource.kubernetes.io/pod-claim-name":"gpu"},"managedFields":[{"fieldsV1":{"f:a":{}}}]},\
        "status":{"allocation":{"devices":{"results":[{"request":"r","driver":"acceld.dev",\
        "pool":"p","device":"d","adminAccess":true,"shareID":"s"}],"config":[{"source":\
        "FromClass","requests":["r"],"opaque":{"driver":"acceld.dev","parameters":{"a":[1]}}}]}},\
        "reservedFor":[{"resource":"pods","name":"p","uid":"v"}]}}\
        """,
        """
        {"metadata":{"name":"p","namespace":"n","uid":"u","labels":{"a":"b"},"annotations":{}},\
        "spec":{"hostname":"h","subdomain":"s","containers":[{}]}}\
        """,
        """
        {"metadata":{"name":{"uid":"x"},"uid":"u","annotations":null}}\
        """);
  }

  @MethodSource("seeds")
  @FuzzTest
  void input(byte[] bytes) {
    Executions.count();
    JsonNode tree;
    try {
      tree = TREE.readTree(bytes);
    } catch (IOException e) {
      tree = null;
    }
    try {
      ResourceClaim claim = ClaimJson.read(JSON, new ByteArrayInputStream(bytes));
      if (tree != null) {
        assertThat(claim.ref().uid()).isEqualTo(text(tree, "/metadata/uid"));
        assertThat(claim.ref().name()).isEqualTo(text(tree, "/metadata/name"));
        assertThat(claim.ref().namespace()).isEqualTo(text(tree, "/metadata/namespace"));
        assertThat(claim.allocation().map(a -> a.results().size()).orElse(0))
            .isEqualTo(tree.at("/status/allocation/devices/results").size());
        assertThat(claim.pods().size()).isLessThanOrEqualTo(tree.at("/status/reservedFor").size());
      }
    } catch (IOException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
    try {
      ClusterApi.Pod pod = PodJson.read(JSON, new ByteArrayInputStream(bytes));
      if (tree != null) {
        assertThat(pod.ref().uid()).isEqualTo(text(tree, "/metadata/uid"));
        assertThat(pod.facts().hostname())
            .isEqualTo(Optional.of(text(tree, "/spec/hostname")).filter(h -> !h.isEmpty()));
        assertThat(pod.facts().labels().size())
            .isLessThanOrEqualTo(tree.at("/metadata/labels").size());
      }
    } catch (IOException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private static String text(JsonNode tree, String path) {
    String text = tree.at(path).textValue();
    return text == null ? "" : text;
  }
}
