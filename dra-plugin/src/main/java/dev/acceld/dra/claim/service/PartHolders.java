package dev.acceld.dra.claim.service;

import dev.acceld.dra.claim.prepare.ClaimPods;
import dev.acceld.dra.claim.prepare.DeviceConflicts;
import dev.acceld.dra.claim.record.ClaimLocks;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.claim.record.ClaimRecordStore;
import dev.acceld.dra.claim.record.RecordedDevice;
import dev.acceld.dra.cluster.PodRef;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who holds physical parts of devices, for certain: a prepare that is under way has finished first.
 * Thread-safe.
 */
final class PartHolders {
  private static final String CALLER = "looking for holders";

  private final ClaimRecordStore store;
  private final ClaimPods pods;
  private final ClaimLocks locks;

  PartHolders(ClaimRecordStore store, ClaimPods pods, ClaimLocks locks) {
    this.store = store;
    this.pods = pods;
    this.locks = locks;
  }

  /**
   * The claims that hold a device of these parts, also one that is half prepared and one with admin
   * access, by a sentence that names claim and pods.
   *
   * @throws IOException when that cannot be known
   */
  List<String> of(Set<String> physical, Duration patience)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    try (ClaimLocks.Held held = locks.acquire(CALLER, physical, deadline)) {
      if (held == null) {
        throw new IOException(
            "a claim is being prepared or unprepared on "
                + String.join(",", physical)
                + " and did not finish in "
                + patience.toSeconds()
                + " s");
      }
      store.refresh();
      for (String uid : store.unknown()) {
        throw new IOException(DeviceConflicts.unknown(store.path(uid), uid));
      }
      List<String> all = new ArrayList<>();
      for (ClaimRecord record : store.all()) {
        for (RecordedDevice device : record.devices()) {
          if (!Collections.disjoint(device.physical(), physical)) {
            all.add(describe(record, device));
          }
        }
      }
      return all;
    }
  }

  private String describe(ClaimRecord record, RecordedDevice device) {
    List<PodRef> users = pods.of(record);
    String who = users.stream().map(PodRef::path).distinct().collect(Collectors.joining(", "));
    return "claim "
        + record.claim().path()
        + " (UID "
        + record.claim().uid()
        + ") holds "
        + device.prepared().device()
        + (who.isEmpty() ? "" : " for pod " + who);
  }
}
