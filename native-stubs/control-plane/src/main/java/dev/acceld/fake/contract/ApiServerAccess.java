package dev.acceld.fake.contract;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * How to reach an API server as one who may do everything.
 *
 * @param url its address
 * @param token the bearer token, if it wants one
 * @param tls whom to trust, if it speaks TLS
 */
public record ApiServerAccess(URI url, Optional<String> token, Optional<SSLContext> tls) {

  /** A server on plain HTTP that asks nobody who he is. */
  public static ApiServerAccess plain(URI url) {
    return new ApiServerAccess(url, Optional.empty(), Optional.empty());
  }

  /**
   * A server on TLS.
   *
   * @param authority the certificate of the authority that signed the server's, in PEM
   */
  public static ApiServerAccess secured(URI url, String token, String authority) {
    try {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      trusted.setCertificateEntry(
          "authority",
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(authority.getBytes(StandardCharsets.US_ASCII))));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(null, trust.getTrustManagers(), null);
      return new ApiServerAccess(url, Optional.of(token), Optional.of(tls));
    } catch (GeneralSecurityException | java.io.IOException e) {
      throw new IllegalArgumentException("the authority's certificate cannot be used", e);
    }
  }
}
