package dev.acceld.agent.web;

import dev.acceld.agent.web.WebConfig.Tls;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** The server's side of TLS, ready to serve. Any thread. */
public final class ServerTls {
  private static final char[] NO_PASSWORD = {};
  private static final int SESSIONS = 64; // each with the client's certificates
  private static final int SESSION_SECONDS = 300;

  private final SSLContext context;
  private final SSLParameters parameters;
  private final X509Certificate certificate;
  private final String origin;

  private ServerTls(
      SSLContext context, SSLParameters parameters, X509Certificate certificate, String origin) {
    this.context = context;
    this.parameters = parameters;
    this.certificate = certificate;
    this.origin = origin;
  }

  /**
   * Makes it ready.
   *
   * @throws WebConfigException when certificate, key, CA, suites or curves cannot be used
   */
  static ServerTls of(Tls tls) throws WebConfigException {
    List<X509Certificate> chain = PemReader.certificates(tls.certificate());
    PrivateKey key = PemReader.key(tls.key(), chain.getFirst());
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys(key, chain), new TrustManager[] {trust(tls)}, null);
      SSLSessionContext sessions = context.getServerSessionContext();
      sessions.setSessionCacheSize(SESSIONS);
      sessions.setSessionTimeout(SESSION_SECONDS);
      return new ServerTls(
          context, parameters(context, tls), chain.getFirst(), tls.certificate().origin());
    } catch (GeneralSecurityException | IOException | RuntimeException e) {
      throw new WebConfigException("TLS cannot be set up: " + ErrorText.of(e), e);
    }
  }

  private static javax.net.ssl.KeyManager[] keys(PrivateKey key, List<X509Certificate> chain)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("server", key, NO_PASSWORD, chain.toArray(new X509Certificate[0]));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, NO_PASSWORD);
    return keys.getKeyManagers();
  }

  private static ClientTrust trust(Tls tls)
      throws WebConfigException, GeneralSecurityException, IOException {
    if (tls.clientCa().isEmpty()) {
      return new ClientTrust(null, tls.allowedSans());
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    int number = 0;
    for (X509Certificate authority : PemReader.certificates(tls.clientCa().get())) {
      store.setCertificateEntry("ca-" + number++, authority);
    }
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    for (TrustManager one : factory.getTrustManagers()) {
      if (one instanceof X509ExtendedTrustManager authorities) {
        return new ClientTrust(authorities, tls.allowedSans());
      }
    }
    throw new GeneralSecurityException("this Java cannot verify certificates");
  }

  private static SSLParameters parameters(SSLContext context, Tls tls) throws WebConfigException {
    SSLParameters parameters = context.getDefaultSSLParameters();
    parameters.setProtocols(tls.protocols().toArray(new String[0]));
    if (!tls.suites().isEmpty()) {
      parameters.setCipherSuites(suites(parameters.getCipherSuites(), tls.suites()));
    }
    parameters.setUseCipherSuitesOrder(tls.serverOrder());
    if (!tls.curves().isEmpty()) {
      parameters.setNamedGroups(tls.curves().toArray(new String[0]));
    }
    parameters.setApplicationProtocols(new String[] {"http/1.1"});
    if (tls.clientAuth().needs) {
      parameters.setNeedClientAuth(true);
    } else if (tls.clientAuth().asks) {
      parameters.setWantClientAuth(true);
    }
    return parameters;
  }

  /** The format's list is for TLS 1.2; the suites of TLS 1.3 cannot be chosen and are all there. */
  private static String[] suites(String[] supported, List<String> wanted)
      throws WebConfigException {
    List<String> known = Arrays.asList(supported);
    Set<String> chosen = new LinkedHashSet<>();
    for (String suite : supported) {
      if (!suite.contains("_WITH_")) {
        chosen.add(suite);
      }
    }
    for (String suite : wanted) {
      if (!known.contains(suite)) {
        throw new WebConfigException(
            "tls_server_config.cipher_suites has "
                + suite
                + ", which is not supported; use some of "
                + String.join(", ", known.stream().filter(s -> s.contains("_WITH_")).toList()));
      }
      chosen.add(suite);
    }
    return chosen.toArray(new String[0]);
  }

  /** For one connection. */
  public SSLEngine newEngine() {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    engine.setSSLParameters(parameters);
    return engine;
  }

  /** What clients will complain about, if anything. */
  Optional<String> problem(Instant now) {
    if (certificate.getNotAfter().toInstant().isBefore(now)) {
      return Optional.of(
          "the certificate in "
              + origin
              + " expired at "
              + certificate.getNotAfter().toInstant()
              + "; replace it");
    }
    if (certificate.getNotBefore().toInstant().isAfter(now)) {
      return Optional.of(
          "the certificate in "
              + origin
              + " is not valid before "
              + certificate.getNotBefore().toInstant()
              + "; check this node's clock");
    }
    return Optional.empty();
  }
}
