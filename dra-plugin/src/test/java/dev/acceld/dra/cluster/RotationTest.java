package dev.acceld.dra.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.acceld.dra.cluster.http.ApiHttp;
import dev.acceld.dra.cluster.http.Endpoint;
import dev.acceld.dra.cluster.http.InCluster;
import dev.acceld.dra.cluster.http.TlsFiles;
import dev.acceld.dra.cluster.http.TokenFile;
import dev.acceld.fake.apiserver.FakeApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody else keeps fresh is read again: the CA as the token. */
class RotationTest {
  private static final Duration MOST = Duration.ofSeconds(20);

  @TempDir static Path keys;
  @TempDir Path dir;
  private static TestTls old;
  private static TestTls fresh;

  @BeforeAll
  static void keys() throws Exception {
    old = TestTls.make(keys, "old");
    fresh = TestTls.make(keys, "fresh");
  }

  @Test
  void aPodsCaIsReadAgain() throws Exception {
    Files.writeString(dir.resolve("token"), "t");
    Path ca = Files.writeString(dir.resolve("ca.crt"), old.pem());
    FakeApiServer server = FakeApiServer.start(0, old.context());
    int port = server.url().getPort();
    Endpoint endpoint =
        InCluster.find(
                Map.of(
                    "KUBERNETES_SERVICE_HOST",
                    "127.0.0.1",
                    "KUBERNETES_SERVICE_PORT",
                    String.valueOf(port)),
                dir)
            .orElseThrow();
    rotates(new HttpClusterApi(new ApiHttp(endpoint, "t")), server, port, ca, fresh.pem());
  }

  @Test
  void theCaFileOfAKubeconfigIsReadAgain() throws Exception {
    Path ca = Files.writeString(dir.resolve("ca.crt"), old.pem());
    FakeApiServer server = FakeApiServer.start(0, old.context());
    Path kubeconfig = dir.resolve("kubeconfig");
    write(kubeconfig, server, "certificate-authority: \"" + ca + "\"");
    rotates(open(kubeconfig), server, server.url().getPort(), ca, fresh.pem());
  }

  @Test
  void theCaInAKubeconfigIsReadAgain() throws Exception {
    FakeApiServer server = FakeApiServer.start(0, old.context());
    int port = server.url().getPort();
    Path kubeconfig = dir.resolve("kubeconfig");
    String after = write(kubeconfig, server, inline(fresh));
    write(kubeconfig, server, inline(old));
    rotates(open(kubeconfig), server, port, kubeconfig, after);
  }

  /**
   * A file that is being written, or is away for a moment, is no reason to forget what is known.
   */
  @Test
  void aBrokenFileKeepsTheLastOne() throws Exception {
    Path ca = Files.writeString(dir.resolve("ca.crt"), old.pem());
    TlsFiles tls = new TlsFiles(java.util.List.of(ca), () -> load(ca));
    var first = tls.get();
    Files.writeString(ca, "-----BEGIN CERT");
    tls.refused();
    await().pollDelay(Duration.ofMillis(1100)).until(() -> tls.get() == first);
    Files.delete(ca);
    tls.refused();
    await().pollDelay(Duration.ofMillis(1100)).until(() -> tls.get() == first);
    Files.writeString(ca, fresh.pem());
    tls.refused();
    await().atMost(MOST).until(() -> tls.get() != first);
  }

  @Test
  void aTokenFileThatIsAwayForAMomentCostsNothing() throws Exception {
    Path file = Files.writeString(dir.resolve("token"), "one");
    TokenFile token = new TokenFile(file, Duration.ZERO);
    assertThat(token.get()).isEqualTo("one");
    Files.delete(file);
    assertThat(token.get()).isEqualTo("one");
    Files.writeString(file, "two");
    assertThat(token.get()).isEqualTo("two");
    Files.delete(file);
    token.refused();
    assertThatThrownBy(token::get).hasMessageContaining(file.toString());
  }

  private static javax.net.ssl.SSLSocketFactory load(Path ca) throws IOException {
    if (!Files.readString(ca).contains("END CERTIFICATE")) {
      throw new IOException("half of a file");
    }
    return (javax.net.ssl.SSLSocketFactory) javax.net.ssl.SSLSocketFactory.getDefault();
  }

  private static void rotates(
      ClusterApi api, FakeApiServer first, int port, Path file, String after) throws Exception {
    try (api) {
      first.addNode("n");
      assertThat(api.nodeUid("n")).isNotEmpty();
      first.close();
      try (FakeApiServer second = FakeApiServer.start(port, fresh.context())) {
        String uid = second.addNode("n");
        assertThatThrownBy(() -> api.nodeUid("n"))
            .as("the server's certificate is by another CA")
            .isInstanceOf(ClusterException.class);
        Files.writeString(file, after);
        await().atMost(MOST).ignoreExceptions().until(() -> api.nodeUid("n").equals(uid));
      }
    }
  }

  private static String inline(TestTls tls) {
    return "certificate-authority-data: "
        + java.util.Base64.getEncoder()
            .encodeToString(tls.pem().getBytes(java.nio.charset.StandardCharsets.US_ASCII));
  }

  private static String write(Path kubeconfig, FakeApiServer server, String ca) throws IOException {
    String text =
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "%s", %s}}]
        users: [{name: u, user: {token: t}}]
        contexts: [{name: c, context: {cluster: c, user: u}}]
        current-context: c
        """
            .formatted(server.url(), ca);
    Files.writeString(kubeconfig, text);
    return text;
  }

  private static ClusterApi open(Path kubeconfig) throws IOException {
    return ClusterConnection.open(Optional.of(kubeconfig), Map.of(), "t").api().orElseThrow();
  }
}
