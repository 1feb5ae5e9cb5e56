package dev.acceld.usage;

import dev.acceld.device.DeviceName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is counted at one moment. Immutable.
 *
 * @param claims those that are prepared, and those that ended less than {@link
 *     UsageLedger#LINGER_SECONDS} ago
 * @param namespaces the sums over all claims of each namespace, ended ones too
 * @param heldIdleSeconds for how long each held device has been idle and without a process; 0 when
 *     it is not; absent where nobody can tell
 */
public record UsageReport(
    List<ClaimUsage> claims,
    Map<String, Usage> namespaces,
    Map<DeviceName, Double> heldIdleSeconds) {

  /** Nothing is counted. */
  public static final UsageReport EMPTY = new UsageReport(List.of(), Map.of(), Map.of());

  /** Takes copies. */
  public UsageReport {
    claims = List.copyOf(claims);
    namespaces = Collections.unmodifiableMap(new LinkedHashMap<>(namespaces));
    heldIdleSeconds = Map.copyOf(heldIdleSeconds);
  }

  /** The claim of that UID; empty when nothing is counted for it. */
  public Optional<ClaimUsage> claim(String uid) {
    return claims.stream().filter(c -> c.claim().uid().equals(uid)).findFirst();
  }
}
