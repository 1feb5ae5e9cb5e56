package dev.acceld.agent.faults;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must not leave the node. */
class SecretsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://user:s3cr3t-value@collector:4318",
        "https://s3cr3t-value@collector",
        "authorization=Bearer s3cr3t-value",
        "Authorization: Basic s3cr3t-value",
        "{\"api-token\": \"s3cr3t-value\"}",
        "{\"value\": \"x-api-key=s3cr3t-value,other=1\"}",
        "{\\\"password\\\": \\\"s3cr3t-value\\\"}",
        "curl https://host/path?access_token=s3cr3t-value&x=1",
        "BASIC_AUTH_PASSWORD=s3cr3t-value",
        "client_secret: s3cr3t-value",
        "-----BEGIN RSA PRIVATE KEY-----\ns3cr3t-value\n-----END RSA PRIVATE KEY-----",
        "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/s3cr3t-value",
        "token eyJhbGciOiJSUzI1NiIs.eyJpc3MiOiJrdWJlcm5l.s3cr3t-value"
      })
  void secretsAreMasked(String text) {
    assertThat(Secrets.masked(text)).contains("***").doesNotContain("s3cr3t-value");
  }

  @Test
  void everythingElseStays() {
    String text =
        """
        { "claim" : "team/train-0", "message" : "XID 79: GPU has fallen off the bus",
          "otlpEndpoint" : "http://collector.monitoring:4318", "image" : "registry/a@sha256:0123" }
        """;
    assertThat(Secrets.masked(text)).isEqualTo(text);
  }
}
