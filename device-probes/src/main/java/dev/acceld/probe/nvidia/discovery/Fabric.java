package dev.acceld.probe.nvidia.discovery;

import java.util.HexFormat;
import java.util.Optional;

/**
 * Where a GPU is in an NVLink fabric, once it has registered there.
 *
 * @param cluster the cluster's UUID; empty for the fabric of a single board, which has none
 * @param clique the part of it in which every GPU reaches every other
 */
record Fabric(Optional<String> cluster, int clique) {
  private static final int[] GROUPS = {0, 4, 6, 8, 10, 16};

  /** From the 16 bytes of a UUID, which are all zero where there is none. */
  static Fabric of(byte[] uuid, int clique) {
    StringBuilder text = new StringBuilder(36);
    boolean any = false;
    for (int g = 0; g + 1 < GROUPS.length; g++) {
      text.append(g == 0 ? "" : "-");
      text.append(HexFormat.of().formatHex(uuid, GROUPS[g], GROUPS[g + 1]));
    }
    for (byte b : uuid) {
      any |= b != 0;
    }
    return new Fabric(any ? Optional.of(text.toString()) : Optional.empty(), clique);
  }

  /** The name by which schedulers know a clique, {@code <cluster>.<clique>}. */
  Optional<String> cliqueName() {
    return cluster.map(c -> c + "." + Integer.toUnsignedString(clique));
  }
}
