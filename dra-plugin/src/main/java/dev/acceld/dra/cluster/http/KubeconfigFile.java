package dev.acceld.dra.cluster.http;

import dev.acceld.text.ErrorText;
import io.fabric8.kubernetes.api.model.NamedAuthInfo;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.KubeConfigUtils;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A kubeconfig file, read by fabric8: contexts, inline and file certificates, tokens, exec plugins.
 */
public final class KubeconfigFile {
  /** The object identifier 1.2.840.10045.2.1 (id-ecPublicKey, RFC 5480) in DER. */
  private static final byte[] EC_KEY = {6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

  private KubeconfigFile() {}

  /**
   * Reads the current context.
   *
   * @throws IOException when the file cannot be read, or names no cluster or user that can be used
   */
  public static Endpoint read(Path file) throws IOException {
    KubeconfigCheck.check(file);
    Config config = parse(file);
    URI server = URI.create(config.getMasterUrl().replaceAll("/+$", ""));
    return new Endpoint(
        server,
        "https".equals(server.getScheme())
            ? new TlsFiles(certificates(config, file), () -> tls(parse(file), file))
            : TlsSource.NONE,
        config.isTrustCerts() || config.isDisableHostnameVerification(),
        token(config, file),
        "kubeconfig " + file);
  }

  private static Config parse(Path file) throws IOException {
    try {
      return Config.fromKubeconfig(file.toFile());
    } catch (RuntimeException e) {
      throw new IOException("the kubeconfig " + file + " cannot be used: " + why(e), e);
    }
  }

  /** Whatever TLS depends on: the file itself, for what is inline, and those that it names. */
  private static List<Path> certificates(Config config, Path file) {
    return Stream.concat(
            Stream.of(file),
            Stream.of(
                    Optional.ofNullable(config.getCaCertFile()),
                    Optional.ofNullable(config.getClientCertFile()),
                    Optional.ofNullable(config.getClientKeyFile()))
                .flatMap(Optional::stream)
                .map(Path::of))
        .toList();
  }

  /** fabric8 wraps what went wrong, and says so only. */
  private static String why(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return ErrorText.of(root);
  }

  private static SSLSocketFactory tls(Config config, Path file) throws IOException {
    try {
      // fabric8 takes every unnamed private key for RSA.
      config.setClientKeyAlgo(keyAlgorithm(config));
      return SSLUtils.sslContext(config).getSocketFactory();
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      throw new IOException(
          "the certificates named in kubeconfig " + file + " cannot be used: " + why(e), e);
    }
  }

  private static String keyAlgorithm(Config config) throws IOException {
    String pem;
    if (config.getClientKeyData() != null) {
      byte[] decoded = Base64.getMimeDecoder().decode(config.getClientKeyData());
      pem = new String(decoded, StandardCharsets.US_ASCII);
    } else if (config.getClientKeyFile() != null) {
      pem = Files.readString(Path.of(config.getClientKeyFile()));
    } else {
      return config.getClientKeyAlgo();
    }
    if (!pem.contains("BEGIN PRIVATE KEY")) {
      return pem.contains("BEGIN EC PRIVATE KEY") ? "EC" : "RSA";
    }
    byte[] der =
        Base64.getMimeDecoder()
            .decode(pem.replaceAll("-----[A-Z ]+-----", "").getBytes(StandardCharsets.US_ASCII));
    return indexOf(der, EC_KEY) >= 0 ? "EC" : "RSA";
  }

  private static int indexOf(byte[] in, byte[] what) {
    outer:
    for (int i = 0; i + what.length <= in.length; i++) {
      for (int k = 0; k < what.length; k++) {
        if (in[i + k] != what[k]) {
          continue outer;
        }
      }
      return i;
    }
    return -1;
  }

  private static TokenSource token(Config config, Path file) {
    Path tokenFile = tokenFile(file);
    if (tokenFile != null) {
      return new TokenFile(tokenFile);
    }
    String token = tokenOf(config);
    String plugin = plugin(file);
    boolean failed = plugin != null && token == null && !certified(config);
    return token == null && !failed
        ? TokenSource.NONE
        : new Reloading(file, token, plugin == null ? "" : plugin);
  }

  private static boolean certified(Config config) {
    return config.getClientCertData() != null || config.getClientCertFile() != null;
  }

  /** The exec plugin of the user in use. */
  private static @Nullable String plugin(Path file) {
    NamedAuthInfo user = user(file);
    return user == null || user.getUser().getExec() == null
        ? null
        : user.getUser().getExec().getCommand();
  }

  private static @Nullable String tokenOf(Config config) {
    if (config.getOauthTokenProvider() != null) {
      return config.getOauthTokenProvider().getToken();
    }
    return config.getOauthToken() != null ? config.getOauthToken() : config.getAutoOAuthToken();
  }

  /** {@code tokenFile} of the user in use; the client in Go reads it again as it changes. */
  private static @Nullable Path tokenFile(Path file) {
    NamedAuthInfo user = user(file);
    return user == null || user.getUser().getTokenFile() == null
        ? null
        : file.resolveSibling(user.getUser().getTokenFile());
  }

  /** The user of the current context. */
  private static @Nullable NamedAuthInfo user(Path file) {
    io.fabric8.kubernetes.api.model.Config parsed = KubeConfigUtils.parseConfig(file.toFile());
    for (NamedContext context : parsed.getContexts()) {
      if (context.getName().equals(parsed.getCurrentContext())) {
        for (NamedAuthInfo user : parsed.getUsers()) {
          if (user.getName().equals(context.getContext().getUser()) && user.getUser() != null) {
            return user;
          }
        }
      }
    }
    return null;
  }

  /** A token in the kubeconfig or from its plugin: asked for again once the server refuses it. */
  private static final class Reloading implements TokenSource {
    private static final long PAUSE = Duration.ofSeconds(10).toNanos();

    private final Path file;
    private final String plugin;
    private @Nullable String token;
    private long readAt = System.nanoTime();
    private boolean refused;

    /**
     * @param token null when the plugin gave none
     * @param plugin the exec plugin that the token is from; empty when it is in the file
     */
    Reloading(Path file, @Nullable String token, String plugin) {
      this.file = file;
      this.token = token;
      this.plugin = plugin;
      this.refused = token == null;
    }

    @Override
    public synchronized @Nullable String get() throws IOException {
      if (refused && System.nanoTime() - readAt > PAUSE) {
        readAt = System.nanoTime();
        try {
          token = tokenOf(Config.fromKubeconfig(file.toFile()));
        } catch (RuntimeException e) {
          throw new IOException(
              "cannot get a new token from kubeconfig " + file + ": " + why(e), e);
        }
        refused = token == null;
      }
      if (token == null && !plugin.isEmpty()) {
        throw new IOException(
            "the exec plugin '"
                + plugin
                + "' of kubeconfig "
                + file
                + " returns no credentials; run it manually to find the reason");
      }
      return token;
    }

    @Override
    public synchronized void refused() {
      refused = true;
    }
  }
}
