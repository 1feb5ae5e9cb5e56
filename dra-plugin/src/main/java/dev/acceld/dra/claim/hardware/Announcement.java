package dev.acceld.dra.claim.hardware;

import dev.acceld.dra.cdi.CdiText;
import dev.acceld.dra.claim.AllocatedDevice;
import dev.acceld.dra.claim.PreparedDevice;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.claim.record.RecordedDevice;
import dev.acceld.dra.claim.record.Tombstones;
import dev.acceld.dra.cluster.ResourceClaim;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The record of a claim for which hardware is about to be made.
 *
 * @param bootId of this boot
 * @param clock tells when a claim was prepared
 * @param tombstones tell which unprepare of the claim was the last before
 */
public record Announcement(Supplier<String> bootId, Clock clock, Tombstones tombstones) {

  ClaimRecord of(
      ResourceClaim claim, List<AllocatedDevice> devices, Optional<ClaimRecord> earlier) {
    List<RecordedDevice> recorded =
        devices.stream()
            .map(d ->
                new RecordedDevice(
                    new PreparedDevice(
                        d.result().mainRequest(),
                        d.result().pool(),
                        d.result().device(),
                        d.result().shareId(),
                        d.result().adminAccess(),
                        List.of()),
                    d.physical(),
                    d.device().common().attributes(),
                    d.device().common().capacities(),
                    d.taken(),
                    d.place(),
                    d.partitionId()))
            .collect(Collectors.toCollection(ArrayList::new));
    // What the earlier record names is still to be undone if this process dies.
    Set<String> named = PartitionManager.partitionIds(devices);
    for (RecordedDevice device : earlier.map(ClaimRecord::devices).orElse(List.of())) {
      if (device.partitionId().filter(r -> !named.contains(r)).isPresent()) {
        recorded.add(device);
      }
    }
    return new ClaimRecord(
        ClaimRecord.State.PREPARING,
        bootId.get(),
        claim.ref(),
        recorded,
        List.of(),
        claim.pods(),
        earlier.map(ClaimRecord::preparedAt).orElseGet(clock::instant),
        CdiText.of(""),
        earlier.flatMap(ClaimRecord::traceContext),
        earlier.map(ClaimRecord::use).orElse(Map.of()),
        tombstones.toNote(claim.ref().uid()));
  }
}
