package dev.acceld.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.agent.hurt.HttpProbe;
import dev.acceld.agent.web.WebConfigException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A port with a web configuration file, as Prometheus and the kubelet see it. */
@Timeout(60)
class SecuredHttpTest extends SecuredHttp {
  @ParameterizedTest
  @CsvSource({
    "server.crt,server.key",
    "server.crt,server.old.key",
    "rsa.crt,rsa.key",
    "rsa.crt,rsa.old.key",
    "ed.crt,ed.key"
  })
  void httpsWithEveryFormOfKey(String certificate, String key) throws Exception {
    serve("tls_server_config: {cert_file: " + certificate + ", key_file: " + key + "}");
    assertThat(https(keys.client("ca", null))).isEqualTo(200);
    assertThatThrownBy(() -> https(keys.client("strangers", null)))
        .as("it is the server's certificate that is shown")
        .isInstanceOf(IOException.class);
  }

  @Test
  void clientCertificates() throws Exception {
    serve(TLS + CLIENTS);
    assertThat(https(keys.client("ca", "prometheus"))).isEqualTo(200);
    assertThatThrownBy(() -> https(keys.client("ca", null))).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> https(keys.client("ca", "stranger"))).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> https(keys.client("ca", "late")))
        .as("a certificate that has expired")
        .isInstanceOf(IOException.class);
  }

  @Test
  void clientCertificatesOfSomeNamesOnly() throws Exception {
    serve(TLS + CLIENTS + "  client_allowed_sans: [grafana, prometheus]\n");
    assertThat(https(keys.client("ca", "prometheus"))).isEqualTo(200);
    assertThatThrownBy(() -> https(keys.client("ca", "rsa"))).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "RequestClientCert,true,true",
    "RequireAnyClientCert,false,true",
    "VerifyClientCertIfGiven,true,false"
  })
  void theOtherKindsOfClientAuthentication(String type, boolean none, boolean strange)
      throws Exception {
    String ca = type.startsWith("Verify") ? "  client_ca_file: ca.crt\n" : "";
    serve(TLS + "  client_auth_type: " + type + "\n" + ca);
    assertThat(https(keys.client("ca", "prometheus"))).isEqualTo(200);
    assertThat(allowed(keys.client("ca", null))).isEqualTo(none);
    // A client leaves out a certificate of a CA that the server does not name.
    assertThat(allowed(keys.client("ca", "stranger"))).isEqualTo(strange || none);
  }

  private boolean allowed(SSLContext context) throws Exception {
    try {
      return https(context) == 200;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void theKubeletsProbesNeedNothingAndLearnNothing() throws Exception {
    serve(TLS + CLIENTS + "basic_auth_users: {a: " + hash("secret") + "}\n");
    assertThat(HttpProbe.get(server().address().getPort(), "/healthz", Duration.ofSeconds(5)))
        .hasValue(new HttpProbe.Answer(200, "ok\n"));
    assertThat(HttpProbe.get(server().address().getPort(), "/readyz", Duration.ofSeconds(5)))
        .hasValueSatisfying(answer -> {
          assertThat(answer.status()).isEqualTo(503);
          assertThat(answer.body()).doesNotContain("the reasons\n");
        });
    assertThat(plain("/metrics")).isEqualTo(400);
    assertThat(plain("/", login("a:secret"))).isEqualTo(400);
    SSLContext client = keys.client("ca", "prometheus");
    try (HttpClient http = HttpClient.newBuilder().sslContext(client).build()) {
      assertThat(get(http, "https", "/metrics").statusCode()).isEqualTo(401);
      assertThat(get(http, "https", "/metrics", login("a:secret")).statusCode()).isEqualTo(200);
      assertThat(get(http, "https", "/readyz").body()).doesNotContain("the reasons\n");
      assertThat(get(http, "https", "/readyz", login("a:secret")).body())
          .isEqualTo("the reasons\n");
      assertThat(get(http, "https", "/readyz", login("a:wrong")).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void basicAuthentication() throws Exception {
    serve("basic_auth_users: {a: " + hash("secret") + "}\n");
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> none = get(http, "http", "/metrics");
      assertThat(none.statusCode()).isEqualTo(401);
      assertThat(none.headers().firstValue("WWW-Authenticate").orElse("")).startsWith("Basic ");
      assertThat(none.body()).doesNotContain("x 1");
      for (int i = 0; i < 2; i++) {
        assertThat(get(http, "http", "/metrics", login("a:secret")).statusCode()).isEqualTo(200);
        assertThat(get(http, "http", "/metrics", login("a:wrong")).statusCode()).isEqualTo(401);
        assertThat(get(http, "http", "/metrics", login("b:secret")).statusCode()).isEqualTo(401);
      }
      assertThat(get(http, "http", "/metrics", "Authorization", "Bearer secret").statusCode())
          .isEqualTo(401);
    }
  }

  @Test
  void headersAndTheLimitOnRequests() throws Exception {
    serve(
        "http_server_config: {headers: {X-Frame-Options: deny}}\n"
            + "rate_limit: {interval: 1h, burst: 2}\n");
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> first = get(http, "http", "/metrics");
      assertThat(first.headers().firstValue("X-Frame-Options")).hasValue("deny");
      assertThat(get(http, "http", "/none").headers().firstValue("X-Frame-Options"))
          .hasValue("deny");
      assertThat(get(http, "http", "/metrics").statusCode()).isEqualTo(429);
      assertThat(get(http, "http", "/healthz").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void anExpiredCertificateIsServedAndTold() throws Exception {
    serve("tls_server_config: {cert_file: late.crt, key_file: late.key}");
    assertThat(file().problem())
        .hasValueSatisfying(p -> assertThat(p).contains("late.crt", "expired"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cert_file: server.crt, key_file: rsa.key             | not the private key",
        "cert_file: server.key, key_file: server.key          | has no certificate in PEM form",
        "cert_file: server.crt, key_file: server.crt          | has no private key in PEM form",
        "cert_file: server.crt, key_file: server.key, cipher_suites: [TLS_RSA_WITH_RC4_128_SHA] | TLS_RSA_WITH_RC4_128_SHA, which is not supported",
        "cert_file: server.crt, key_file: server.key, client_auth_type: VerifyClientCertIfGiven, client_ca_file: web.yml | has no certificate",
      })
  void whatCannotBeServedIsNotStarted(String members, String why) {
    assertThatThrownBy(() -> serve("tls_server_config: {" + members + "}"))
        .isInstanceOf(WebConfigException.class)
        .hasMessageContaining(why);
  }

  @ParameterizedTest
  @CsvSource({"TLS12,TLSv1.2", "TLS13,TLSv1.3"})
  void versionsAndSuites(String version, String protocol) throws Exception {
    serve(
        TLS
            + "  min_version: "
            + version
            + "\n  max_version: "
            + version
            + "\n  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]\n"
            + "  curve_preferences: [CurveP384]\n");
    SSLContext context = keys.client("ca", null);
    try (HttpClient http = HttpClient.newBuilder().sslContext(context).build()) {
      assertThat(get(http, "https", "/metrics").sslSession())
          .hasValueSatisfying(session -> {
            assertThat(session.getProtocol()).isEqualTo(protocol);
            if (version.equals("TLS12")) {
              assertThat(session.getCipherSuite())
                  .isEqualTo("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
            }
          });
    }
  }
}
