package dev.acceld.agent.http;

import at.favre.lib.crypto.bcrypt.BCrypt;
import dev.acceld.agent.web.TestKeys;
import dev.acceld.agent.web.WebConfigFile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A port with a web configuration file, and those who use it. */
abstract class SecuredHttp {
  private static final Duration LOOK = Duration.ofMillis(50);
  static final String TLS = "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n";
  static final String CLIENTS =
      "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.crt\n";

  static TestKeys keys;

  @TempDir static Path made;
  @TempDir Path dir;
  private @Nullable WebConfigFile opened;
  private @Nullable HttpEndpoints started;

  @BeforeAll
  static void makeKeys() throws Exception {
    keys = new TestKeys(made).ca("ca").ca("strangers");
    keys.signed("server", "ca", "EC").old("server", "EC PRIVATE KEY");
    keys.signed("rsa", "ca", "RSA", "-keysize", "2048").old("rsa", "RSA PRIVATE KEY");
    keys.signed("ed", "ca", "Ed25519");
    keys.signed("prometheus", "ca", "EC").signed("stranger", "strangers", "EC");
    keys.signed("late", "ca", "EC", "-startdate", "-10d", "-validity", "5");
  }

  @BeforeEach
  void copyKeys() throws IOException {
    try (var all = Files.newDirectoryStream(made)) {
      for (Path one : all) {
        Files.copy(one, dir.resolve(one.getFileName()));
      }
    }
  }

  void serve(String config) throws Exception {
    WebConfigFile file = WebConfigFile.open(write(config), LOOK);
    opened = file;
    started =
        HttpEndpoints.start(
            new HttpAddress("127.0.0.1", 0),
            file,
            Map.of(
                "/healthz", request -> Reply.text(200, "alive\n"),
                "/readyz", request -> Reply.text(503, "the reasons\n"),
                "/large", request -> Reply.text(200, "x 1\n".repeat(100_000)),
                "/metrics", request -> Reply.text(200, "x 1\n")));
  }

  Path write(String config) throws IOException {
    Path next = Files.writeString(dir.resolve("next.yml"), config);
    return Files.move(next, dir.resolve("web.yml"), StandardCopyOption.REPLACE_EXISTING);
  }

  @AfterEach
  void stop() {
    if (started != null) {
      started.close();
    }
    if (opened != null) {
      opened.close();
    }
  }

  HttpResponse<String> get(HttpClient client, String scheme, String path, String... more)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(scheme + "://127.0.0.1:" + server().address().getPort() + path))
            .timeout(Duration.ofSeconds(10));
    if (more.length > 0) {
      request.headers(more);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  int https(SSLContext context) throws Exception {
    try (HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
      return get(client, "https", "/metrics").statusCode();
    }
  }

  int plain(String path, String... more) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return get(client, "http", path, more).statusCode();
    }
  }

  static String hash(String password) {
    return BCrypt.with(BCrypt.Version.VERSION_2Y).hashToString(4, password.toCharArray());
  }

  static String[] login(String both) {
    return new String[] {
      "Authorization", "Basic " + Base64.getEncoder().encodeToString(both.getBytes())
    };
  }

  final WebConfigFile file() {
    return Objects.requireNonNull(opened, "serve first");
  }

  final HttpEndpoints server() {
    return Objects.requireNonNull(started, "serve first");
  }
}
