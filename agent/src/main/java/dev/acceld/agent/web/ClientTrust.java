package dev.acceld.agent.web;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Which certificates of clients are good enough. */
final class ClientTrust extends X509ExtendedTrustManager {
  private static final int EMAIL = 1;
  private static final int DNS = 2;
  private static final int URI = 6;
  private static final int IP = 7;

  private final @Nullable X509ExtendedTrustManager authorities;
  private final List<String> allowedSans;

  /**
   * Trusts what those trust.
   *
   * @param authorities null: any certificate will do
   * @param allowedSans one of these names must be in the certificate; empty: any name will do
   */
  ClientTrust(@Nullable X509ExtendedTrustManager authorities, List<String> allowedSans) {
    this.authorities = authorities;
    this.allowedSans = List.copyOf(allowedSans);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    if (authorities != null) {
      authorities.checkClientTrusted(chain, authType, engine);
    }
    checkName(chain[0]);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    if (authorities != null) {
      authorities.checkClientTrusted(chain, authType);
    }
    checkName(chain[0]);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  private void checkName(X509Certificate certificate) throws CertificateException {
    List<String> names = names(certificate);
    if (!allowedSans.isEmpty() && names.stream().noneMatch(allowedSans::contains)) {
      throw new CertificateException(
          "client_allowed_sans has none of the names of the client's certificate: " + names);
    }
  }

  private static List<String> names(X509Certificate certificate) throws CertificateException {
    List<String> names = new ArrayList<>();
    Collection<List<?>> all = certificate.getSubjectAlternativeNames();
    if (all != null) {
      for (List<?> name : all) {
        int kind = (Integer) name.get(0);
        if (kind == EMAIL || kind == DNS || kind == URI || kind == IP) {
          names.add(String.valueOf(name.get(1)));
        }
      }
    }
    return names;
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return authorities == null ? new X509Certificate[0] : authorities.getAcceptedIssuers();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("this side is a server");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }
}
