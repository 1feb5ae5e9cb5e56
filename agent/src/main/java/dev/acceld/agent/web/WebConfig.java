package dev.acceld.agent.web;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A web configuration file with all that it names, as read: two are equal exactly when nothing has
 * changed.
 *
 * @param tls how connections are secured; empty for plain HTTP
 * @param users password hashes (bcrypt) by user; empty: nobody needs a password
 * @param headers added to each response
 * @param rate the limit on requests, if there is one
 */
record WebConfig(
    Optional<Tls> tls,
    Map<String, String> users,
    Map<String, String> headers,
    Optional<Rate> rate) {

  /** What holds without a file. */
  static final WebConfig NONE =
      new WebConfig(Optional.empty(), Map.of(), Map.of(), Optional.empty());

  @Override
  public String toString() {
    return "web configuration of " + users.size() + " users"; // without their hashes
  }

  /**
   * So many requests at once, and one more each interval.
   *
   * @param interval positive
   * @param burst at least 1
   */
  record Rate(Duration interval, int burst) {}

  /** How the client proves who it is; names as in the file. */
  enum ClientAuth {
    NO_CLIENT_CERT("NoClientCert", false, false, false),
    REQUEST_CLIENT_CERT("RequestClientCert", true, false, false),
    REQUIRE_ANY_CLIENT_CERT("RequireAnyClientCert", true, true, false),
    VERIFY_CLIENT_CERT_IF_GIVEN("VerifyClientCertIfGiven", true, false, true),
    REQUIRE_AND_VERIFY_CLIENT_CERT("RequireAndVerifyClientCert", true, true, true);

    final String word;
    final boolean asks;
    final boolean needs;
    final boolean verifies;

    ClientAuth(String word, boolean asks, boolean needs, boolean verifies) {
      this.word = word;
      this.asks = asks;
      this.needs = needs;
      this.verifies = verifies;
    }
  }

  /**
   * The server's side of TLS.
   *
   * @param certificate the server's, then those that lead to its CA
   * @param key of the certificate
   * @param clientAuth what is asked of clients
   * @param clientCa who signs the certificates of clients
   * @param allowedSans names of which a client's certificate must have one; empty: any
   * @param protocols in Java's names
   * @param suites cipher suites up to TLS 1.2; empty: Java's
   * @param serverOrder whether the server's order of suites counts
   * @param curves in Java's names; empty: Java's
   */
  record Tls(
      Pem certificate,
      Pem key,
      ClientAuth clientAuth,
      Optional<Pem> clientCa,
      List<String> allowedSans,
      List<String> protocols,
      List<String> suites,
      boolean serverOrder,
      List<String> curves) {}

  /**
   * A PEM text.
   *
   * @param origin where it is from, for messages
   */
  record Pem(String origin, String text) {
    @Override
    public String toString() {
      return origin; // the text may be a private key
    }
  }
}
