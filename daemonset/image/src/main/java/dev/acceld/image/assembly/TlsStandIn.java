package dev.acceld.image.assembly;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.acceld.image.tree.Command;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Something that speaks TLS and answers every request with an empty list of its kind. */
final class TlsStandIn implements AutoCloseable {
  private static final String PASSWORD = "training"; // of a key that lives as long as the training
  private static final byte[] EMPTY =
      """
      {"kind":"ResourceClaimList","apiVersion":"resource.k8s.io/v1","metadata":{"resourceVersion":"1"},"items":[]}
      """
          .getBytes(StandardCharsets.UTF_8);

  private final HttpsServer server;
  private final Path kubeconfig;
  private final AtomicInteger requests;

  private TlsStandIn(HttpsServer server, Path kubeconfig, AtomicInteger requests) {
    this.server = server;
    this.kubeconfig = kubeconfig;
    this.requests = requests;
  }

  /** On a port of the loopback address, with a certificate of its own. */
  static TlsStandIn start(Path scratch) throws IOException {
    Path keys = scratch.resolve("tls.p12");
    Path certificate = scratch.resolve("tls.pem");
    keytool(
        "-genkeypair",
        "-keystore",
        keys.toString(),
        "-alias",
        "server",
        "-keyalg",
        "EC",
        "-dname",
        "CN=training",
        "-ext",
        "san=ip:127.0.0.1",
        "-ext",
        "bc:c");
    keytool(
        "-exportcert",
        "-rfc",
        "-keystore",
        keys.toString(),
        "-alias",
        "server",
        "-file",
        certificate.toString());
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context(keys)));
    AtomicInteger requests = new AtomicInteger();
    server.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, EMPTY.length);
          exchange.getResponseBody().write(EMPTY);
          exchange.close();
        });
    server.start();
    Path kubeconfig = scratch.resolve("tls-kubeconfig");
    Files.writeString(kubeconfig, kubeconfig(server.getAddress().getPort(), certificate));
    return new TlsStandIn(server, kubeconfig, requests);
  }

  Path kubeconfig() {
    return kubeconfig;
  }

  boolean wasAsked() {
    return requests.get() > 0;
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private static void keytool(String command, String... arguments) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin/keytool").toString());
    words.add(command);
    words.addAll(List.of(arguments));
    words.addAll(List.of("-storepass", PASSWORD));
    Command.run(words, Map.of(), "it has to make a certificate");
  }

  private static SSLContext context(Path keys) throws IOException {
    try (InputStream in = Files.newInputStream(keys)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, PASSWORD.toCharArray());
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(store, PASSWORD.toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("a key store just made by keytool cannot be used", e);
    }
  }

  private static String kubeconfig(int port, Path certificate) throws IOException {
    return """
    apiVersion: v1
    kind: Config
    current-context: training
    clusters:
    - name: training
      cluster: {server: "https://127.0.0.1:%d", certificate-authority-data: %s}
    contexts:
    - name: training
      context: {cluster: training, user: training}
    users:
    - name: training
      user: {token: training}
    """
        .formatted(port, Base64.getEncoder().encodeToString(Files.readAllBytes(certificate)));
  }
}
