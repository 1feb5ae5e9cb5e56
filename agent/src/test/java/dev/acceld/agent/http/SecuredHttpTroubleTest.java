package dev.acceld.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.acceld.agent.hurt.HttpProbe;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A secured port while its file changes, and while strangers take what they can. */
@Timeout(60)
class SecuredHttpTroubleTest extends SecuredHttp {
  @Test
  void aNewCertificateIsServedAndOpenConnectionsEnd() throws Exception {
    serve(TLS);
    SSLContext context = keys.client("ca", null);
    try (HttpClient http = HttpClient.newBuilder().sslContext(context).build()) {
      assertThat(get(http, "https", "/metrics").statusCode()).isEqualTo(200);
      write(TLS + CLIENTS);
      // The client has a connection open that was made when no certificate was needed.
      await()
          .untilAsserted(() ->
              assertThatThrownBy(() -> get(http, "https", "/metrics"))
                  .isInstanceOf(IOException.class));
    }
    Files.copy(
        dir.resolve("rsa.crt"), dir.resolve("server.crt"), StandardCopyOption.REPLACE_EXISTING);
    await().until(() -> file().problem().isPresent()); // the key does not fit
    assertThat(file().problem().orElseThrow())
        .contains("server.key", "is not the private key of the certificate", "stay in force");
    assertThat(https(keys.client("ca", "prometheus"))).as("the last good one").isEqualTo(200);
    Files.copy(
        dir.resolve("rsa.key"), dir.resolve("server.key"), StandardCopyOption.REPLACE_EXISTING);
    await().until(() -> file().problem().isEmpty());
    assertThat(https(keys.client("ca", "prometheus"))).isEqualTo(200);
  }

  @Test
  void aPasswordIsChangedAndABrokenFileChangesNothing() throws Exception {
    serve("basic_auth_users: {a: " + hash("old") + "}\n");
    assertThat(plain("/metrics", login("a:old"))).isEqualTo(200);
    write("basic_auth_users: {a: " + hash("new") + "}\n");
    await().until(() -> plain("/metrics", login("a:new")) == 200);
    assertThat(plain("/metrics", login("a:old"))).isEqualTo(401);
    write("basic_auth_users: {a: clear text}\n");
    await().until(() -> file().problem().isPresent());
    assertThat(plain("/metrics", login("a:new"))).isEqualTo(200);
    assertThat(plain("/metrics")).isEqualTo(401);
    Files.delete(dir.resolve("web.yml"));
    await().until(() -> file().problem().filter(p -> p.contains("no such file")).isPresent());
    assertThat(plain("/metrics")).as("a file that is gone opens nothing").isEqualTo(401);
  }

  /** Each unfinished handshake takes memory: they are few at a time, and strangers wait. */
  @Test
  void unfinishedHandshakesKeepNeitherProbesNorScrapersOut() throws Exception {
    serve(TLS);
    byte[] hello = hello(keys.client("ca", null));
    List<Socket> strangers = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        Socket one = new Socket();
        one.bind(new InetSocketAddress("127.0.0." + (2 + i % 3), 0));
        one.connect(server().address());
        one.getOutputStream().write(hello);
        strangers.add(one);
      }
      assertThat(HttpProbe.get(server().address().getPort(), "/healthz", Duration.ofSeconds(2)))
          .hasValueSatisfying(answer -> assertThat(answer.status()).isEqualTo(200));
      assertThat(https(keys.client("ca", null))).isEqualTo(200);
      assertThat(strangers.stream().filter(SecuredHttpTroubleTest::answered).count())
          .as(
              "handshakes that were begun: no more than four for each address, and those that"
                  + " took the place of others")
          .isLessThan(100);
    } finally {
      for (Socket one : strangers) {
        one.close();
      }
    }
  }

  private static boolean answered(Socket one) {
    try {
      return one.getInputStream().available() > 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static byte[] hello(SSLContext context) throws IOException {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(true);
    ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), out);
    return Arrays.copyOf(out.array(), out.position());
  }

  @Test
  void twoHundredScrapersThatDoNotReadCostThemselves() throws Exception {
    serve(TLS);
    SSLContext context = keys.client("ca", null);
    List<Socket> deaf = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        Socket one =
            context.getSocketFactory().createSocket("127.0.0.1", server().address().getPort());
        one.setSoTimeout(5000);
        one.getOutputStream().write("GET /large HTTP/1.1\r\nHost: x\r\n\r\n".getBytes());
        deaf.add(one);
      }
      assertThat(HttpProbe.get(server().address().getPort(), "/healthz", Duration.ofSeconds(2)))
          .hasValueSatisfying(answer -> assertThat(answer.status()).isEqualTo(200));
      assertThat(https(context)).isEqualTo(200);
      long threads =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getName().startsWith("http-"))
              .count();
      assertThat(threads).as("threads of one server").isLessThan(12);
    } finally {
      for (Socket one : deaf) {
        one.close();
      }
    }
  }
}
