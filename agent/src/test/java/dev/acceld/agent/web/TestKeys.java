package dev.acceld.agent.web;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Certificates and keys, made by the JDK's keytool and written as PEM files into a directory. */
public final class TestKeys {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final Path dir;
  private final Path store;

  /** None yet; files go into that directory. */
  public TestKeys(Path dir) {
    this.dir = dir;
    this.store = dir.resolve("keys.p12");
  }

  /** A CA of that name: {@code NAME.crt}. */
  public TestKeys ca(String name) throws Exception {
    keytool("-genkeypair", "-alias", name, "-keyalg", "EC", "-dname", "CN=" + name, "-ext", "bc:c");
    return write(name);
  }

  /** A certificate signed by that CA, and its key: {@code NAME.crt}, {@code NAME.key}. */
  public TestKeys signed(String name, String ca, String algorithm, String... more)
      throws Exception {
    List<String> all =
        new ArrayList<>(
            List.of(
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                algorithm,
                "-dname",
                "CN=" + name,
                "-signer",
                ca,
                "-ext",
                "san=ip:127.0.0.1,dns:" + name));
    all.addAll(List.of(more));
    keytool(all.toArray(new String[0]));
    return write(name);
  }

  private void keytool(String... args) throws IOException, InterruptedException {
    List<String> all =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    all.addAll(Arrays.asList(args));
    all.addAll(
        List.of("-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", "changeit"));
    Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IOException("keytool failed: " + said);
    }
  }

  private KeyStore keys() throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    return keys;
  }

  private TestKeys write(String name) throws IOException, GeneralSecurityException {
    KeyStore keys = keys();
    StringBuilder chain = new StringBuilder();
    for (Certificate one : keys.getCertificateChain(name)) {
      chain.append(pem("CERTIFICATE", one.getEncoded()));
    }
    Files.writeString(dir.resolve(name + ".crt"), chain);
    Files.writeString(
        dir.resolve(name + ".key"), pem("PRIVATE KEY", keys.getKey(name, PASSWORD).getEncoded()));
    return this;
  }

  /** The key in its algorithm's own form, as {@code NAME.old.key}. */
  public TestKeys old(String name, String type) throws IOException, GeneralSecurityException {
    byte[] pkcs8 = keys().getKey(name, PASSWORD).getEncoded();
    // The last element of PKCS#8 contains it: for all keys made here there is nothing after it.
    int at = type.startsWith("RSA") ? 26 : pkcs8[1] < 0 ? 27 : 25;
    Files.writeString(
        dir.resolve(name + ".old.key"), pem(type, Arrays.copyOfRange(pkcs8, at, pkcs8.length)));
    return this;
  }

  private static String pem(String type, byte[] der) {
    return "-----BEGIN "
        + type
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + type
        + "-----\n";
  }

  /** A client that trusts that CA and has that certificate; null for none. */
  public SSLContext client(String ca, @Nullable String own)
      throws IOException, GeneralSecurityException {
    KeyStore all = keys();
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", all.getCertificate(ca));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    KeyManager @Nullable [] managers = null;
    if (own != null) {
      KeyStore mine = KeyStore.getInstance("PKCS12");
      mine.load(null, null);
      mine.setKeyEntry("own", all.getKey(own, PASSWORD), PASSWORD, all.getCertificateChain(own));
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(mine, PASSWORD);
      managers = factory.getKeyManagers();
    }
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers, trust.getTrustManagers(), null);
    return context;
  }
}
