package dev.acceld.dra.cluster.http;

import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * A pod's own way to the API server: address in the environment, CA and token in its service
 * account's directory. Needs nothing beyond the JDK, so that the agent of a real node stays small.
 */
public final class InCluster {
  /** Where a pod finds the token and the certificates of its service account. */
  public static final Path SERVICE_ACCOUNT =
      Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  private InCluster() {}

  /** Empty when this is no pod, or one without a service account's token. */
  public static Optional<Endpoint> find(Map<String, String> env, Path directory)
      throws IOException {
    String host = env.get("KUBERNETES_SERVICE_HOST");
    Path token = directory.resolve("token");
    if (host == null || host.isEmpty() || !Files.exists(token)) {
      return Optional.empty();
    }
    String port = env.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
    Path ca = directory.resolve("ca.crt");
    URI server =
        URI.create("https://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port);
    return Optional.of(
        new Endpoint(
            server,
            new TlsFiles(List.of(ca), () -> trusting(ca)),
            false,
            new TokenFile(token),
            "the service account of this pod"));
  }

  private static SSLSocketFactory trusting(Path ca) throws IOException {
    try (InputStream in = Files.newInputStream(ca)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      int n = 0;
      for (Certificate c : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca" + n++, c);
      }
      if (n == 0) {
        throw new IOException("the CA file " + ca + " contains no certificate");
      }
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new IOException("the CA file " + ca + " cannot be used: " + ErrorText.of(e), e);
    }
  }
}
