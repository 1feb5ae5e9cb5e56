package dev.acceld.machine.tree;

import dev.acceld.machine.description.MachineDescription;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** Names and numbers that are the same each time for the same machine, and look like real ones. */
public final class Identities {
  private Identities() {}

  /** UUIDs of a machine's GPUs; their first eight digits differ, as on any real machine. */
  public static List<String> gpuUuids(MachineDescription machine) {
    int count = machine.gpus().stream().mapToInt(g -> g.at().size()).sum();
    List<String> uuids = new ArrayList<>(count);
    Set<String> heads = new HashSet<>();
    for (int i = 0; i < count; i++) {
      String hex;
      int salt = 0;
      do {
        hex = hash(machine.name() + "/gpu/" + i + "/" + salt++);
      } while (!heads.add(hex.substring(0, 8)));
      uuids.add(
          String.join(
              "-",
              "GPU",
              hex.substring(0, 8),
              hex.substring(8, 12),
              hex.substring(12, 16),
              hex.substring(16, 20),
              hex.substring(20, 32)));
    }
    return uuids;
  }

  /** A board's serial number: thirteen digits. */
  public static String serial(MachineDescription machine, int position) {
    long digits = Long.parseLong(hash(machine.name() + "/serial/" + position).substring(0, 12), 16);
    return "16" + String.format(java.util.Locale.ROOT, "%011d", digits % 100_000_000_000L);
  }

  /** So many hexadecimal digits for something of a machine; the first is not 0. */
  public static String hex(MachineDescription machine, String what, int digits) {
    String hex = hash(machine.name() + "/" + what);
    return ("123456789abcdef".charAt(hex.charAt(0) % 15) + hex.substring(1)).substring(0, digits);
  }

  private static String hash(String of) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(of.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
