package dev.acceld.dra.claim.prepare;

import dev.acceld.dra.cdi.CdiText;
import dev.acceld.dra.claim.AllocatedDevice;
import dev.acceld.dra.claim.ClaimWishes;
import dev.acceld.dra.claim.record.ClaimCdi;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.claim.record.RecordedDevice;
import dev.acceld.dra.claim.record.RecordedOptions;
import dev.acceld.dra.claim.record.Tombstones;
import dev.acceld.dra.cluster.ResourceClaim;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The record of a claim that is prepared.
 *
 * @param earlier tells whether an earlier record is of the same allocation
 * @param bootId of this boot
 * @param clock tells when a claim was prepared
 * @param tombstones tell which unprepare of the claim was the last before
 */
public record PreparedRecord(
    EarlierAllocation earlier, Supplier<String> bootId, Clock clock, Tombstones tombstones) {

  /** What an earlier record of the same allocation says of its beginning and use stays. */
  ClaimRecord of(
      ResourceClaim claim,
      List<AllocatedDevice> devices,
      ClaimWishes wishes,
      ClaimCdi.Content content,
      Optional<ClaimRecord> before) {
    Optional<ClaimRecord> same = before.filter(r -> earlier.isCurrent(r, claim));
    List<RecordedDevice> recorded = new ArrayList<>(devices.size());
    for (int i = 0; i < devices.size(); i++) {
      AllocatedDevice a = devices.get(i);
      recorded.add(
          new RecordedDevice(
              content.answer().get(i),
              a.physical(),
              a.device().common().attributes(),
              a.device().common().capacities(),
              a.taken(),
              a.place(),
              a.partitionId()));
    }
    ClaimRecord now =
        new ClaimRecord(
            ClaimRecord.State.PREPARED,
            bootId.get(),
            claim.ref(),
            recorded,
            RecordedOptions.write(wishes),
            claim.pods(),
            same.map(ClaimRecord::preparedAt).orElseGet(clock::instant),
            CdiText.of(content.file()),
            same.flatMap(ClaimRecord::traceContext),
            same.map(ClaimRecord::use).orElse(Map.of()),
            tombstones.toNote(claim.ref().uid()));
    return same.map(now::keepingNewer).orElse(now);
  }
}
