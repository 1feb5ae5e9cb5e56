package dev.acceld.dra.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.dra.cluster.http.Endpoint;
import dev.acceld.dra.cluster.http.InCluster;
import dev.acceld.dra.cluster.http.KubeconfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationTest {
  @TempDir Path dir;

  @Test
  void noClusterIsSaidInOneSentence() throws Exception {
    ClusterConnection none = ClusterConnection.open(Optional.empty(), Map.of(), "1");
    assertThat(none.api()).isEmpty();
    assertThat(none.sentence()).contains("no cluster", "--kubeconfig");
  }

  @Test
  void aKubeconfigThatIsNotThereIsNamed() {
    Path file = dir.resolve("nothing");
    assertThatThrownBy(() -> ClusterConnection.open(Optional.of(file), Map.of(), "1"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void aKubeconfigThatIsNoneIsNamed() throws Exception {
    Path file = Files.writeString(dir.resolve("bad"), "clusters: [[[");
    assertThatThrownBy(() -> ClusterConnection.open(Optional.of(file), Map.of(), "1"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hello", "[a, b]", "apiVersion: v1\nkind: Config\n"})
  void aFileThatIsNoKubeconfigSaysWhatToDo(String text) throws Exception {
    Path file = Files.writeString(dir.resolve("bad"), text);
    assertThatThrownBy(() -> ClusterConnection.open(Optional.of(file), Map.of(), "1"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("not a kubeconfig with contexts");
  }

  @Test
  void aCurrentContextThatDoesNotExistIsNamed() throws Exception {
    Path file =
        Files.writeString(
            dir.resolve("kubeconfig"),
            """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "http://127.0.0.1:1/"}}]
            contexts: [{name: x, context: {cluster: c}}]
            current-context: y
            """);
    assertThatThrownBy(() -> ClusterConnection.open(Optional.of(file), Map.of(), "1"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("'y'")
        .hasMessageContaining("[x]");
  }

  @Test
  void aTokenFileIsReadAgainWhenTheServerRefusesIt() throws Exception {
    Path token = Files.writeString(dir.resolve("token"), "one\n");
    Path kubeconfig =
        Files.writeString(
            dir.resolve("kubeconfig"),
            """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "http://127.0.0.1:1/"}}]
            users: [{name: u, user: {tokenFile: token}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            current-context: x
            """);
    Endpoint endpoint = KubeconfigFile.read(kubeconfig);
    assertThat(endpoint.server()).hasToString("http://127.0.0.1:1");
    assertThat(endpoint.token().get()).isEqualTo("one");
    Files.writeString(token, "two\n");
    assertThat(endpoint.token().get()).isEqualTo("one");
    endpoint.token().refused();
    assertThat(endpoint.token().get()).isEqualTo("two");
    Files.delete(token);
    endpoint.token().refused();
    assertThatThrownBy(endpoint.token()::get).hasMessageContaining(token.toString());
  }

  @Test
  void outsideAPodThereIsNoServiceAccount() throws Exception {
    assertThat(InCluster.find(Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1"), dir)).isEmpty();
    Files.writeString(dir.resolve("token"), "t");
    assertThat(InCluster.find(Map.of(), dir)).isEmpty();
    assertThatThrownBy(() -> InCluster.find(Map.of("KUBERNETES_SERVICE_HOST", "::1"), dir))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ca.crt");
  }

  @Test
  void aCaFileWithoutACertificateIsNamed() throws Exception {
    Files.writeString(dir.resolve("token"), "t");
    Path ca = Files.writeString(dir.resolve("ca.crt"), "");
    assertThatThrownBy(() -> InCluster.find(Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1"), dir))
        .isInstanceOf(IOException.class)
        .hasMessage("the CA file " + ca + " contains no certificate");
  }

  @ParameterizedTest
  @CsvSource({
    "80Gi,85899345920",
    "81920Mi,85899345920",
    "85899345920,85899345920",
    "1k,1000",
    "2E,2000000000000000000",
    "2E3,2000",
    "2e3,2000",
    "1.5Gi,1610612736",
    "1500m,2",
    "7,7"
  })
  void quantitiesAreNumbers(String text, long amount) {
    assertThat(Quantities.parse(text).orElseThrow().amount()).isEqualTo(amount);
  }

  @ParameterizedTest
  @CsvSource({"Gi", "1.2.3", "-1", "9Ei", "1e999999999", "abc", "1 Gi", "''"})
  void whatIsNoQuantityIsNone(String text) {
    assertThat(Quantities.parse(text)).isEmpty();
  }
}
