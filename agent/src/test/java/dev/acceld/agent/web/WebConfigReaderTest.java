package dev.acceld.agent.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The format of Prometheus' web configuration file, and what is refused. */
class WebConfigReaderTest {
  private static final String HASH = "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi";

  @TempDir private Path dir;

  @BeforeEach
  void files() throws IOException {
    Files.writeString(dir.resolve("a.crt"), "certificate");
    Files.writeString(dir.resolve("a.key"), "key");
    Files.writeString(dir.resolve("ca.crt"), "authority");
  }

  private WebConfig read(String text) throws Exception {
    return WebConfigReader.read(Files.writeString(dir.resolve("web.yml"), text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing\n", "{}", "tls_server_config:\nbasic_auth_users:\n"})
  void anEmptyFileRestrictsNothing(String text) throws Exception {
    assertThat(read(text)).isEqualTo(WebConfig.NONE);
  }

  @Test
  void everythingThatIsSupported() throws Exception {
    WebConfig config =
        read(
            """
            tls_server_config:
              cert_file: a.crt
              key_file: a.key
              client_auth_type: RequireAndVerifyClientCert
              client_ca_file: ca.crt
              client_allowed_sans: [prometheus]
              min_version: TLS13
              max_version: TLS13
              cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]
              prefer_server_cipher_suites: false
              curve_preferences: [X25519, CurveP256]
            http_server_config:
              http2: false
              headers:
                X-Frame-Options: deny
                Strict-Transport-Security: max-age=1
                Content-Security-Policy: ""
            basic_auth_users:
              prometheus: %s
            rate_limit:
              interval: 1m0.5s
              burst: 7
            """
                .formatted(HASH));
    WebConfig.Tls tls = config.tls().orElseThrow();
    assertThat(tls.certificate().text()).isEqualTo("certificate");
    assertThat(tls.key().text()).isEqualTo("key");
    assertThat(tls.key()).asString().doesNotContain("text").endsWith("a.key");
    assertThat(tls.clientCa().orElseThrow().text()).isEqualTo("authority");
    assertThat(tls.clientAuth()).isEqualTo(WebConfig.ClientAuth.REQUIRE_AND_VERIFY_CLIENT_CERT);
    assertThat(tls.allowedSans()).containsExactly("prometheus");
    assertThat(tls.protocols()).containsExactly("TLSv1.3");
    assertThat(tls.serverOrder()).isFalse();
    assertThat(tls.curves()).containsExactly("x25519", "secp256r1");
    assertThat(config.headers())
        .containsOnlyKeys("X-Frame-Options", "Strict-Transport-Security")
        .containsValue("max-age=1");
    assertThat(config.users()).containsEntry("prometheus", HASH);
    assertThat(config.rate())
        .hasValueSatisfying(rate -> {
          assertThat(rate.interval()).isEqualTo(Duration.ofMillis(60_500));
          assertThat(rate.burst()).isEqualTo(7);
        });
    assertThat(config.toString()).doesNotContain("$2y");
  }

  @Test
  void certificatesMayBeInTheFileItself() throws Exception {
    WebConfig.Tls tls =
        read("tls_server_config: {cert: C, key: K, client_auth_type: RequireClientCert}")
            .tls()
            .orElseThrow();
    assertThat(tls.certificate().text()).isEqualTo("C");
    assertThat(tls.clientAuth()).isEqualTo(WebConfig.ClientAuth.REQUIRE_ANY_CLIENT_CERT);
    assertThat(tls.protocols()).containsExactly("TLSv1.2", "TLSv1.3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tls_server_confg: {}                     | tls_server_confg                  | did you mean 'tls_server_config'",
        "bearer_token: x                          | bearer_token                      | basic_auth_users or client cert",
        "tls_server_config: {certfile: x}         | tls_server_config.certfile        | did you mean 'cert_file'",
        "tls_server_config: 7                     | tls_server_config                 | 'name: value'",
        "[]                                       | the file                          | 'name: value'",
        "'a: b: c'                                | line 1                            | not YAML",
        "tls_server_config: {key_file: a.key}     | key_file                          | set cert_file and key_file",
        "tls_server_config: {cert_file: a.crt}    | key_file                          | set it to the private key",
        "tls_server_config: {cert_file: no.crt}   | cert_file                         | no such file",
        "tls_server_config: {min_version: TLS12}  | min_version                       | set cert_file and key_file",
        "http_server_config: {http2: true}        | http_server_config.http2          | set it to false or leave it out",
        "http_server_config: {http2: maybe}       | http_server_config.http2          | use true or false",
        "http_server_config: {headers: {Server: x}} | headers.Server                  | these can: Content-Security-Policy",
        "http_server_config: {headers: {X-Frame-Options: x}} | X-Frame-Options        | use deny or sameorigin",
        "basic_auth_users: {a: secret}            | basic_auth_users.a                | htpasswd -nBC 10",
        "basic_auth_users: {a: }                  | basic_auth_users.a                | htpasswd -nBC 10",
        "basic_auth_users: {a: $2y$20$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi} | basic_auth_users.a | cost 20",
        "rate_limit: {interval: 1s}               | rate_limit.burst                  | use 1 or more",
        "rate_limit: {interval: often, burst: 1}  | rate_limit.interval               | 500ms",
      })
  void mistakesAreNamedWithTheRemedy(String text, String member, String remedy) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(WebConfigException.class)
        .hasMessageContaining("web.yml")
        .hasMessageContaining(member)
        .hasMessageContaining(remedy);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "client_auth_type: Maybe                      | client_auth_type    | NoClientCert, RequestClientCert",
        "client_auth_type: RequireAndVerifyClientCert | client_auth_type    | needs client_ca_file",
        "client_ca_file: ca.crt                       | client_ca_file      | RequireAndVerifyClientCert",
        "client_allowed_sans: [a]                     | client_allowed_sans | RequireAndVerifyClientCert",
        "client_allowed_sans: a                       | client_allowed_sans | list",
        "min_version: TLS10                           | min_version         | use TLS12 or TLS13",
        "max_version: SSL                             | max_version         | use TLS12 or TLS13",
        "'max_version: TLS12, min_version: TLS13'     | min_version         | exchange them",
        "curve_preferences: [P1]                      | curve_preferences   | CurveP256",
        "cert: x                                      | cert                | remove one",
      })
  void mistakesInTls(String members, String member, String remedy) {
    String text = "tls_server_config: {cert_file: a.crt, key_file: a.key, " + members + "}";
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(WebConfigException.class)
        .hasMessageContaining("tls_server_config." + member)
        .hasMessageContaining(remedy);
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> WebConfigReader.read(dir.resolve("none.yml")))
        .isInstanceOf(WebConfigException.class)
        .hasMessageContaining("none.yml")
        .hasMessageContaining("no such file");
  }

  @Test
  void aMemberTwiceIsAMistake() {
    assertThatThrownBy(() -> read("rate_limit: {}\nrate_limit: {}\n"))
        .isInstanceOf(WebConfigException.class)
        .hasMessageContaining("occurs twice");
  }
}
