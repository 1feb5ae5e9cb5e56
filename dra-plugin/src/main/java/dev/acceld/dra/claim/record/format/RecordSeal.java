package dev.acceld.dra.claim.record.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32C;

/** The last member of a record: the CRC-32C of every byte before it. */
public final class RecordSeal {
  private static final byte[] SEAL = ",\"checksum\":\"crc32c:".getBytes(StandardCharsets.US_ASCII);
  private static final int SEAL_LENGTH = SEAL.length + 8 + 3; // eight digits, then "}\n

  private RecordSeal() {}

  /** Replaces the closing brace of an object by its checksum. */
  public static byte[] seal(byte[] object) {
    int body = object.length - 1;
    byte[] sealed = new byte[body + SEAL_LENGTH];
    System.arraycopy(object, 0, sealed, 0, body);
    System.arraycopy(SEAL, 0, sealed, body, SEAL.length);
    byte[] end = (checksum(object, body) + "\"}\n").getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(end, 0, sealed, body + SEAL.length, end.length);
    return sealed;
  }

  /** Why these bytes are not whole; empty when they end in their checksum. */
  public static Optional<String> damage(byte[] bytes) {
    int body = bytes.length - SEAL_LENGTH;
    if (body < 2 || !Arrays.equals(bytes, body, body + SEAL.length, SEAL, 0, SEAL.length)) {
      return Optional.of("it does not end with a checksum: it was truncated or edited");
    }
    String found = new String(bytes, body + SEAL.length, 8, StandardCharsets.ISO_8859_1);
    return found.equals(checksum(bytes, body))
        ? Optional.empty()
        : Optional.of("its content does not match its checksum: it is corrupt or was edited");
  }

  private static String checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return HexFormat.of().toHexDigits(crc.getValue(), 8);
  }
}
