package dev.acceld.agent.web;

import dev.acceld.agent.web.WebConfig.ClientAuth;
import dev.acceld.agent.web.WebConfig.Pem;
import dev.acceld.agent.web.WebConfig.Tls;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads {@code tls_server_config} and the certificates that it names. */
final class TlsReader {
  private static final String MEMBER = "tls_server_config";
  private static final Set<String> MEMBERS =
      WebConfigReader.ordered(
          "cert",
          "key",
          "client_ca",
          "cert_file",
          "key_file",
          "client_auth_type",
          "client_ca_file",
          "client_allowed_sans",
          "min_version",
          "max_version",
          "cipher_suites",
          "prefer_server_cipher_suites",
          "curve_preferences");

  private static final List<String> VERSIONS = List.of("TLS12", "TLS13");
  private static final List<String> PROTOCOLS = List.of("TLSv1.2", "TLSv1.3");
  private static final Map<String, String> CURVES =
      Map.of(
          "CurveP256", "secp256r1",
          "CurveP384", "secp384r1",
          "CurveP521", "secp521r1",
          "X25519", "x25519");

  private final Path dir;
  private final Members tls;

  private TlsReader(Path dir, Members tls) {
    this.dir = dir;
    this.tls = tls;
  }

  /** Empty when the file has no certificate. */
  static Optional<Tls> read(Path file, Members top) throws WebConfigException {
    Path dir = file.toAbsolutePath().getParent();
    Members tls = top.below(MEMBER, MEMBERS);
    return new TlsReader(dir == null ? Path.of("/") : dir, tls).read();
  }

  private Optional<Tls> read() throws WebConfigException {
    Optional<Pem> certificate = pem("cert");
    Optional<Pem> key = pem("key");
    Optional<Pem> ca = pem("client_ca");
    ClientAuth auth = clientAuth();
    List<String> sans = tls.texts("client_allowed_sans");
    if (certificate.isEmpty()) {
      for (String other : MEMBERS) {
        if (tls.has(other)) {
          throw tls.wrong(other, "needs a certificate and its key; set cert_file and key_file");
        }
      }
      return Optional.empty();
    }
    if (key.isEmpty()) {
      throw tls.wrong("key_file", "is missing; set it to the private key of the certificate");
    }
    if (auth.verifies && ca.isEmpty()) {
      throw tls.wrong(
          "client_auth_type",
          "is " + auth.word + ", which needs client_ca_file: the CA of your clients");
    }
    if (ca.isPresent() && !auth.verifies) {
      throw tls.wrong(
          "client_ca_file",
          "would not be used, because client_auth_type is "
              + auth.word
              + "; set client_auth_type to "
              + ClientAuth.REQUIRE_AND_VERIFY_CLIENT_CERT.word);
    }
    if (!sans.isEmpty() && !auth.needs) {
      throw tls.wrong(
          "client_allowed_sans",
          "would let in clients without a certificate; set client_auth_type to "
              + ClientAuth.REQUIRE_AND_VERIFY_CLIENT_CERT.word);
    }
    return Optional.of(
        new Tls(
            certificate.get(),
            key.get(),
            auth,
            ca,
            sans,
            protocols(),
            tls.texts("cipher_suites"),
            tls.flag("prefer_server_cipher_suites").orElse(true),
            curves()));
  }

  private Optional<Pem> pem(String member) throws WebConfigException {
    Optional<String> inline = tls.text(member);
    Optional<String> name = tls.text(member + "_file");
    if (inline.isPresent() && name.isPresent()) {
      throw tls.wrong(member, "and " + member + "_file are both set; remove one");
    }
    if (inline.isPresent()) {
      return Optional.of(new Pem(MEMBER + "." + member, inline.get()));
    }
    if (name.isEmpty()) {
      return Optional.empty();
    }
    try {
      Path path = dir.resolve(name.get());
      return Optional.of(new Pem(path.toString(), WebConfigReader.content(path)));
    } catch (IOException | InvalidPathException e) {
      throw tls.wrong(member + "_file", "cannot be read: " + ErrorText.of(e));
    }
  }

  private ClientAuth clientAuth() throws WebConfigException {
    String word = tls.text("client_auth_type").orElse(ClientAuth.NO_CLIENT_CERT.word);
    if (word.equals("RequireClientCert")) { // an older spelling, which is still read
      return ClientAuth.REQUIRE_ANY_CLIENT_CERT;
    }
    for (ClientAuth one : ClientAuth.values()) {
      if (one.word.equals(word)) {
        return one;
      }
    }
    throw tls.wrong(
        "client_auth_type",
        "is '"
            + word
            + "'; use one of "
            + Arrays.stream(ClientAuth.values())
                .map(one -> one.word)
                .collect(Collectors.joining(", ")));
  }

  private List<String> protocols() throws WebConfigException {
    int least = version("min_version", "TLS12");
    int most = version("max_version", "TLS13");
    if (least > most) {
      throw tls.wrong("min_version", "is newer than max_version; exchange them");
    }
    return PROTOCOLS.subList(least, most + 1);
  }

  private int version(String member, String fallback) throws WebConfigException {
    String word = tls.text(member).orElse(fallback);
    int version = VERSIONS.indexOf(word);
    if (version < 0) {
      throw tls.wrong(member, "is '" + word + "', which is not supported; use TLS12 or TLS13");
    }
    return version;
  }

  private List<String> curves() throws WebConfigException {
    List<String> curves = new ArrayList<>();
    for (String word : tls.texts("curve_preferences")) {
      String name = CURVES.get(word);
      if (name == null) {
        throw tls.wrong(
            "curve_preferences",
            "has '"
                + word
                + "'; use "
                + String.join(", ", CURVES.keySet().stream().sorted().toList()));
      }
      curves.add(name);
    }
    return List.copyOf(curves);
  }
}
