package dev.acceld.dra.claim.cleanup;

import dev.acceld.dra.claim.PodHolders.ClaimKey;
import dev.acceld.dra.claim.prepare.OrphanEvidence;
import dev.acceld.dra.claim.record.KnownClaim;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.ClusterException.Reason;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which claims are gone for certain: {@link OrphanEvidence} of it in every round for a while. An
 * error or a silence is no proof, and makes it begin anew. In a steady state every claim has its
 * pod, and one GET is made for each claim whose pod the kubelet does not list. One thread.
 */
public final class OrphanDetector {
  private static final Logger LOG = LoggerFactory.getLogger(OrphanDetector.class);

  private final OrphanEvidence evidence;
  private final long proofNanos;
  private final LongSupplier nanoTime;
  private final Map<String, Long> goneSince = new HashMap<>();
  private long lastRound;
  private String trouble = "";

  /**
   * With the sources of the proof.
   *
   * @param proof how long all of it must be so
   * @param nanoTime a clock that only goes forward
   */
  public OrphanDetector(OrphanEvidence evidence, Duration proof, LongSupplier nanoTime) {
    this.evidence = evidence;
    this.proofNanos = proof.toNanos();
    this.nanoTime = nanoTime;
  }

  /** One round: those of the claims that are proven gone by now. */
  public List<KnownClaim> among(List<KnownClaim> claims) {
    long now = nanoTime.getAsLong();
    if (now - lastRound > proofNanos) {
      goneSince.clear(); // nobody looked for so long that nothing is known about the time between
    }
    lastRound = now;
    Set<String> ids = new HashSet<>();
    claims.forEach(claim -> ids.add(id(claim)));
    goneSince.keySet().retainAll(ids);
    if (claims.isEmpty()) {
      return List.of();
    }
    try {
      return round(claims, now);
    } catch (IOException | ClusterException | RuntimeException e) {
      goneSince.clear();
      logChange(ErrorText.of(e));
      return List.of();
    }
  }

  /** Asks about one claim again, without regard to the time. */
  public boolean stillGone(KnownClaim claim) throws IOException, ClusterException {
    return evidence.unused(claim, evidence.listed());
  }

  /** A claim that was prepared anew in between is looked at from the beginning. */
  private static String id(KnownClaim claim) {
    return claim.record().claim().uid() + " " + claim.record().devices();
  }

  /** Once for each kind of trouble that follows another. */
  private void logChange(String now) {
    if (!now.isEmpty() && !now.equals(trouble)) {
      LOG.warn("cannot determine whether claims without a pod are gone, so all are kept: {}", now);
    }
    trouble = now;
  }

  private List<KnownClaim> round(List<KnownClaim> claims, long now)
      throws IOException, ClusterException {
    Map<ClaimKey, Set<PodRef>> listed = evidence.listed();
    List<KnownClaim> proven = new ArrayList<>();
    String refused = "";
    for (KnownClaim claim : claims) {
      try {
        if (!evidence.unused(claim, listed)) {
          goneSince.remove(id(claim));
        } else if (now - goneSince.computeIfAbsent(id(claim), u -> now) >= proofNanos) {
          proven.add(claim);
        }
      } catch (ClusterException e) {
        if (e.reason() == Reason.UNREACHABLE) {
          throw e; // asking for the others would only wait as long again
        }
        goneSince.remove(id(claim));
        refused = String.valueOf(e.getMessage());
      }
    }
    logChange(refused);
    return proven;
  }
}
