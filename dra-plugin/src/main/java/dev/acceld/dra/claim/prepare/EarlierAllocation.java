package dev.acceld.dra.claim.prepare;

import dev.acceld.dra.claim.ClaimRefusedException;
import dev.acceld.dra.claim.PreparedDevice;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.claim.record.ClaimRecords;
import dev.acceld.dra.claim.record.RecordedOptions;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.dra.cluster.ResourceClaim;
import java.io.IOException;
import java.util.Collections;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A record may be of an earlier allocation of its claim: when the kubelet has lost its memory, it
 * does not have a claim unprepared that was deallocated and allocated anew.
 */
public final class EarlierAllocation {
  private final String driver;
  private final Optional<OrphanEvidence> evidence;
  private final ClaimPods pods;
  private final ClaimRecords records;

  /**
   * Looks at nothing yet.
   *
   * @param evidence empty without a cluster
   */
  public EarlierAllocation(
      String driver, Optional<OrphanEvidence> evidence, ClaimPods pods, ClaimRecords records) {
    this.driver = driver;
    this.evidence = evidence;
    this.pods = pods;
    this.records = records;
  }

  /**
   * Whether a record is of what the claim has now. One with settings that are for one pod alone is
   * of no use to another pod.
   */
  boolean isCurrent(ClaimRecord record, ResourceClaim claim) {
    return claim.allocation().filter(a -> record.isOf(driver, a)).isPresent()
        && (claim.pods().isEmpty()
            || !Collections.disjoint(claim.pods(), record.pods())
            || RecordedOptions.read(record.configuration()).values().stream()
                .allMatch(options -> options.pod().isEmpty()));
  }

  /**
   * Makes sure that nobody uses the devices of an earlier allocation of the claim.
   *
   * @throws ClaimRefusedException when a pod does, or nobody can tell
   */
  void checkUnused(ResourceClaim claim) throws ClaimRefusedException {
    ClaimRef ref = claim.ref();
    Optional<ClaimRecord> record =
        records
            .asKnown(ref.uid())
            .filter(r -> r.state() == ClaimRecord.State.PREPARED && !isCurrent(r, claim));
    if (record.isEmpty()) {
      return;
    }
    String devices =
        record.get().answer().stream()
            .map(PreparedDevice::device)
            .collect(Collectors.joining(", "));
    try {
      Optional<PodRef> user =
          evidence.isEmpty()
              ? Optional.empty()
              : evidence.get().userOfEarlier(pods.known(record.get()), claim);
      if (user.isPresent()) {
        throw new ClaimRefusedException(
            "claim "
                + ref.path()
                + " was reallocated, and pod "
                + user.get().path()
                + " still uses its earlier devices ("
                + devices
                + "); retrying. Delete that pod if it does not end by itself");
      }
    } catch (IOException | ClusterException e) {
      throw new ClaimRefusedException(
          "claim "
              + ref.path()
              + " was reallocated, and it cannot be determined whether a pod still uses its"
              + " earlier devices ("
              + devices
              + "): "
              + e.getMessage()
              + "; retrying",
          e);
    }
  }
}
