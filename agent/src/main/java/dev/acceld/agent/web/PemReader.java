package dev.acceld.agent.web;

import dev.acceld.agent.web.WebConfig.Pem;
import dev.acceld.text.ErrorText;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Certificates and private keys from PEM texts: keys as PKCS#8, or in the older forms that
 * cert-manager and openssl write too (PKCS#1 for RSA, SEC 1 for elliptic curves).
 */
final class PemReader {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");

  private static final byte SEQUENCE = 0x30;
  private static final byte OCTETS = 0x04;
  private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

  private PemReader() {}

  private record Block(String type, String base64) {}

  private static List<Block> blocks(Pem pem) {
    List<Block> all = new ArrayList<>();
    Matcher block = BLOCK.matcher(pem.text());
    while (block.find()) {
      all.add(new Block(block.group(1), block.group(2)));
    }
    return all;
  }

  /** All certificates of the text, at least one. */
  static List<X509Certificate> certificates(Pem pem) throws WebConfigException {
    List<X509Certificate> all = new ArrayList<>();
    for (Block block : blocks(pem)) {
      if (block.type().equals("CERTIFICATE")) {
        try {
          all.add(
              (X509Certificate)
                  CertificateFactory.getInstance("X.509")
                      .generateCertificate(new ByteArrayInputStream(decoded(pem, block))));
        } catch (GeneralSecurityException e) {
          throw wrong(pem, "has a certificate that cannot be read: " + ErrorText.of(e));
        }
      }
    }
    if (all.isEmpty()) {
      throw wrong(pem, "has no certificate in PEM form (-----BEGIN CERTIFICATE-----)");
    }
    return all;
  }

  /** The private key of that certificate; whether it is that is checked. */
  static PrivateKey key(Pem pem, X509Certificate certificate) throws WebConfigException {
    for (Block block : blocks(pem)) {
      if (block.type().equals("ENCRYPTED PRIVATE KEY") || block.base64().contains("ENCRYPTED")) {
        throw wrong(pem, "is protected by a passphrase; decrypt it with: openssl pkey -in FILE");
      }
      if (block.type().endsWith("PRIVATE KEY")) {
        byte[] der = decoded(pem, block);
        return key(
            pem,
            block.type().equals("PRIVATE KEY") ? der : pkcs8(certificate.getPublicKey(), der),
            certificate);
      }
    }
    throw wrong(pem, "has no private key in PEM form (-----BEGIN PRIVATE KEY-----)");
  }

  private static PrivateKey key(Pem pem, byte[] pkcs8, X509Certificate certificate)
      throws WebConfigException {
    String algorithm = certificate.getPublicKey().getAlgorithm();
    try {
      PrivateKey key =
          KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      if (belongs(key, certificate.getPublicKey())) {
        return key;
      }
    } catch (GeneralSecurityException | RuntimeException e) {
      // Not a key for this certificate: as below.
    }
    throw wrong(
        pem,
        "is not the private key of the certificate ("
            + algorithm
            + "); set key_file to the key that the certificate was made for");
  }

  private static boolean belongs(PrivateKey key, PublicKey certified)
      throws GeneralSecurityException {
    Signature signature =
        Signature.getInstance(
            switch (certified.getAlgorithm()) {
              case "RSA" -> "SHA256withRSA";
              case "EC" -> "SHA256withECDSA";
              default -> certified.getAlgorithm();
            });
    byte[] message = {1};
    signature.initSign(key);
    signature.update(message);
    byte[] signed = signature.sign();
    signature.initVerify(certified);
    signature.update(message);
    return signature.verify(signed);
  }

  private static byte[] decoded(Pem pem, Block block) throws WebConfigException {
    try {
      return Base64.getDecoder().decode(block.base64().replaceAll("\\s", ""));
    } catch (IllegalArgumentException e) {
      throw wrong(pem, "has a damaged block '" + block.type() + "'");
    }
  }

  /** A key in its algorithm's own form, with the algorithm's name that the certificate has. */
  private static byte[] pkcs8(PublicKey certified, byte[] key) {
    return der(SEQUENCE, VERSION_0, firstElement(certified.getEncoded()), der(OCTETS, key));
  }

  /** The first element of a DER sequence. */
  private static byte[] firstElement(byte[] sequence) {
    ByteBuffer in = ByteBuffer.wrap(sequence);
    in.get();
    length(in);
    int start = in.position();
    in.get();
    int length = length(in);
    return Arrays.copyOfRange(sequence, start, in.position() + length);
  }

  private static int length(ByteBuffer in) {
    int first = in.get() & 0xff;
    int length = first < 0x80 ? first : 0;
    for (int i = first < 0x80 ? 0 : first & 0x7f; i > 0; i--) {
      length = length << 8 | in.get() & 0xff;
    }
    return length;
  }

  private static byte[] der(byte tag, byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 5);
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else {
      out.write(0x83);
      out.write(length >> 16);
      out.write(length >> 8);
      out.write(length);
    }
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static WebConfigException wrong(Pem pem, String what) {
    return new WebConfigException(pem.origin() + " " + what);
  }
}
