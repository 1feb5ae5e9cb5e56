package dev.acceld.faultstore;

import dev.acceld.device.PciAddress;
import dev.acceld.text.OneLine;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * A kept fault as text: a line with the format's version, lines {@code key=value} of which a reader
 * ignores those that it does not know, and a SHA-256 of all that comes before it.
 */
final class KeptFaultCodec {
  /** What Kubernetes allows for a health message. */
  private static final int LONGEST = 1024;

  private static final String HEAD = "acceld-fault 1";
  private static final String CHECKSUM = "sha256=";

  private KeptFaultCodec() {}

  static byte[] encode(KeptFault fault) {
    StringBuilder text = new StringBuilder(HEAD).append('\n');
    fault.uuid().ifPresent(uuid -> line(text, "uuid", uuid));
    fault.pci().ifPresent(pci -> line(text, "pci", pci.toString()));
    line(text, "condition", fault.condition());
    if (!fault.detail().isEmpty()) {
      line(text, "detail", fault.detail());
    }
    line(text, "since", fault.onset().at().toString());
    line(text, "boot", fault.onset().boot());
    mark(text, "energy", fault.marks().energy());
    mark(text, "uncorrected", fault.marks().uncorrected());
    mark(text, "action", fault.marks().action());
    fault.ended().ifPresent(ended -> line(text, "ended", ended.toString()));
    line(text, "evidence", fault.evidence());
    line(text, "round", Long.toString(fault.round()));
    return (text + CHECKSUM + sha256(text.toString()) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** Empty for what is damaged, cut off, or of a format to come. */
  static Optional<KeptFault> decode(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    int end = text.lastIndexOf(CHECKSUM);
    if (!text.startsWith(HEAD + "\n")
        || end < 0
        || !text.substring(end).equals(CHECKSUM + sha256(text.substring(0, end)) + "\n")) {
      return Optional.empty();
    }
    Map<String, String> values = new HashMap<>();
    for (String line : text.substring(0, end).split("\n", -1)) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        values.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    try {
      return Optional.of(
          new KeptFault(
              Optional.ofNullable(values.get("uuid")),
              Optional.ofNullable(values.get("pci")).flatMap(PciAddress::parse),
              values.getOrDefault("condition", ""),
              values.getOrDefault("detail", ""),
              new Onset(
                  Instant.parse(values.getOrDefault("since", "")), values.getOrDefault("boot", "")),
              new ResetMarks(
                  mark(values, "energy"), mark(values, "uncorrected"), mark(values, "action")),
              Optional.ofNullable(values.get("ended")).map(Instant::parse),
              values.getOrDefault("evidence", ""),
              Long.parseLong(values.getOrDefault("round", "0"))));
    } catch (DateTimeException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static void line(StringBuilder text, String key, String value) {
    text.append(key).append('=').append(OneLine.ascii(value, LONGEST)).append('\n');
  }

  private static void mark(StringBuilder text, String key, double value) {
    if (!Double.isNaN(value)) {
      line(text, key, Double.toString(value));
    }
  }

  private static double mark(Map<String, String> values, String key) {
    String value = values.get(key);
    return value == null ? Double.NaN : Double.parseDouble(value);
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
