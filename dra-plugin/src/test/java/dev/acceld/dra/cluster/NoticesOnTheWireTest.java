package dev.acceld.dra.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.dra.cluster.ClusterException.Reason;
import dev.acceld.dra.cluster.events.Event;
import dev.acceld.dra.cluster.events.HttpNotices;
import dev.acceld.dra.cluster.events.NodeCondition;
import dev.acceld.dra.cluster.events.ObjectRef;
import dev.acceld.dra.cluster.http.ApiHttp;
import dev.acceld.dra.cluster.http.KubeconfigFile;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.fake.apiserver.FakeApiServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events and Node conditions as requests, with and without TLS. */
class NoticesOnTheWireTest {
  private static final Instant AT = Instant.parse("2026-11-29T04:00:00Z");
  private static final ObjectRef NODE = ObjectRef.node("node-1", "uid");
  private static final String PATCH = "application/merge-patch+json";

  @TempDir Path dir;
  private FakeApiServer server;

  @BeforeEach
  void start() throws Exception {
    server = FakeApiServer.start();
    server.addNode("node-1");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpNotices notices() throws IOException {
    Path kubeconfig = server.writeKubeconfig(dir.resolve("kubeconfig"));
    return new HttpNotices(new ApiHttp(KubeconfigFile.read(kubeconfig), "test"));
  }

  private static Event event(ObjectRef about) {
    return new Event(
        "e.1", about, NODE, true, "Bad", "Look", "it is bad", "acceld.dev", "me", AT, 1, AT);
  }

  @Test
  void anEventIsCreatedAndItsSeriesGrows() throws Exception {
    HttpNotices notices = notices();
    ObjectRef pod = ObjectRef.pod(new PodRef("ns", "p", "pod-uid"));
    notices.create(event(pod));
    notices.repeat("ns", "e.1", 7, AT.plusSeconds(90));

    ObjectNode stored = server.find(ApiKind.EVENTS, "ns", "e.1").orElseThrow();
    assertThat(stored.path("eventTime").asText()).isEqualTo("2026-11-29T04:00:00.000000Z");
    assertThat(stored.at("/regarding/uid").asText()).isEqualTo("pod-uid");
    assertThat(stored.at("/related/name").asText()).isEqualTo("node-1");
    assertThat(stored.at("/series/count").asInt()).isEqualTo(7);
    assertThat(stored.at("/series/lastObservedTime").asText())
        .isEqualTo("2026-11-29T04:01:30.000000Z");
    assertThat(server.requests().count("patch", "events")).isEqualTo(1);
  }

  @Test
  void refusalsSayWhatRbacMustAllow() throws Exception {
    HttpNotices notices = notices();
    refused(() -> notices.repeat("default", "gone", 2, AT), Reason.NOT_FOUND, "default/gone");
    notices.create(event(NODE));
    refused(() -> notices.create(event(NODE)), Reason.CONFLICT, "default/e.1");
    refused(() -> notices.repeat("default", "e.1", 1, AT), Reason.INVALID, "series.count");
    server.faults().forbid("patch", "events");
    refused(
        () -> notices.repeat("default", "e.1", 2, AT),
        Reason.FORBIDDEN,
        "the ClusterRole needs verb patch on events");
    server.faults().unavailable(true);
    refused(() -> notices.repeat("default", "e.1", 2, AT), Reason.UNREACHABLE, "503");
    server.faults().unavailable(false);
    server.faults().dropConnections(true);
    refused(() -> notices.repeat("default", "e.1", 2, AT), Reason.UNREACHABLE, "patch events");
  }

  @Test
  void aConditionIsWrittenAndReadAndNoOtherIsTouched() throws Exception {
    HttpNotices notices = notices();
    ObjectNode node = server.find(ApiKind.NODES, "", "node-1").orElseThrow();
    node.withObject("/status")
        .putArray("conditions")
        .addObject()
        .put("type", "Ready")
        .put("status", "True");
    server.replace(ApiKind.NODES, "", node);
    assertThat(notices.read("node-1", "AcceleratorsHealthy")).isEmpty();

    NodeCondition bad = new NodeCondition("AcceleratorsHealthy", "False", "Bad", "gpu-0", AT);
    notices.write("node-1", bad, AT.plusSeconds(5));
    assertThat(notices.read("node-1", "AcceleratorsHealthy")).contains(bad);
    ObjectNode stored = server.find(ApiKind.NODES, "", "node-1").orElseThrow();
    assertThat(stored.at("/status/conditions").findValuesAsText("type"))
        .containsExactly("Ready", "AcceleratorsHealthy");
    refused(() -> notices.write("other", bad, AT), Reason.NOT_FOUND, "nodes/status");
  }

  @Test
  void aPatchChecksTheServersCertificate() throws Exception {
    TestTls right = TestTls.make(dir, "right");
    TestTls wrong = TestTls.make(dir, "wrong");
    try (FakeApiServer tls = FakeApiServer.start(0, right.context())) {
      tls.addNode("node-1");
      NodeCondition c = new NodeCondition("AcceleratorsHealthy", "True", "Ok", "", AT);
      trusting(tls, right).write("node-1", c, AT);
      assertThat(trusting(tls, right).read("node-1", c.type())).contains(c);
      HttpNotices misled = trusting(tls, wrong);
      refused(() -> misled.write("node-1", c, AT), Reason.UNREACHABLE, "nodes/status");
    }
  }

  private HttpNotices trusting(FakeApiServer tls, TestTls authority) throws IOException {
    String ca =
        Base64.getEncoder().encodeToString(authority.pem().getBytes(StandardCharsets.US_ASCII));
    Path file =
        Files.writeString(
            dir.resolve("tls.kubeconfig"),
            """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "%s", certificate-authority-data: %s}}]
            users: [{name: u, user: {token: t}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            current-context: x
            """
                .formatted(tls.url(), ca));
    return new HttpNotices(new ApiHttp(KubeconfigFile.read(file), "test"));
  }

  @Test
  void anAnswerInChunksIsReadAndOneThatDripsEndsAtTheDeadline() throws Exception {
    for (SlowPeer.Manner manner : SlowPeer.Manner.values()) {
      try (SlowPeer peer = new SlowPeer(manner, null)) {
        Path file = dir.resolve("slow.kubeconfig");
        Files.writeString(
            file,
            """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "%s"}}]
            users: [{name: u, user: {token: t}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            current-context: x
            """
                .formatted(peer.url()));
        ApiHttp http = new ApiHttp(KubeconfigFile.read(file), "test");
        byte[] body = new byte[manner == SlowPeer.Manner.DOES_NOT_READ ? 16 << 20 : 10];
        ApiHttp.Request patch =
            new ApiHttp.Request("PATCH", "/x", body, Duration.ofMillis(700), PATCH);
        long begin = System.nanoTime();
        if (manner == SlowPeer.Manner.ANSWERS) {
          assertThat(http.send(patch, 1000, java.io.InputStream::readAllBytes).status())
              .isEqualTo(200);
        } else {
          assertThatThrownBy(() -> http.send(patch, 1000, java.io.InputStream::readAllBytes))
              .as("%s", manner)
              .isInstanceOf(IOException.class);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
      }
    }
  }

  private interface Call {
    void run() throws ClusterException;
  }

  private static void refused(Call call, Reason reason, String words) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            ClusterException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(words);
  }
}
