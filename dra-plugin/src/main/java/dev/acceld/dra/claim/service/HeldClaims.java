package dev.acceld.dra.claim.service;

import dev.acceld.dra.claim.HeldDevice;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.dra.claim.prepare.ClaimPods;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.claim.record.ClaimRecordStore;
import dev.acceld.dra.claim.record.RecordedDevice;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What claims hold now, as last seen on disk, for those who ask with every sample. Thread-safe. */
final class HeldClaims {
  private final ClaimRecordStore store;
  private final ClaimPods pods;
  private volatile Latest latest = new Latest(List.of(), -1, List.of());

  /** The prepared claims of that state of the records, and of who uses them. */
  private record Latest(List<ClaimRecord> records, long users, List<PreparedClaim> prepared) {}

  HeldClaims(ClaimRecordStore store, ClaimPods pods) {
    this.store = store;
    this.pods = pods;
  }

  /** All prepared claims, oldest first; the same list as before while nothing has changed. */
  List<PreparedClaim> prepared() {
    List<ClaimRecord> records = store.all();
    long users = pods.version(); // before the pods are read, so that no change is missed
    Latest before = latest;
    if (before.records == records && before.users == users) {
      return before.prepared;
    }
    List<PreparedClaim> prepared = new ArrayList<>(records.size());
    for (ClaimRecord record : records) {
      if (record.state() == ClaimRecord.State.PREPARED) {
        prepared.add(
            new PreparedClaim(
                record.claim(), record.answer(), pods.of(record), record.preparedAt()));
      }
    }
    Latest now = new Latest(records, users, List.copyOf(prepared));
    latest = now;
    return now.prepared;
  }

  /** Every device that a claim holds, each once; one that is only held for admin access too. */
  List<HeldDevice> held() {
    Map<String, HeldDevice> held = new LinkedHashMap<>();
    for (boolean exclusive : new boolean[] {true, false}) {
      for (ClaimRecord record : store.all()) {
        for (RecordedDevice device : record.devices()) {
          if (device.exclusive() == exclusive) {
            held.putIfAbsent(
                device.prepared().device(),
                new HeldDevice(
                    device.prepared().device(),
                    device.attributes(),
                    device.capacities(),
                    device.hold(),
                    record.claim()));
          }
        }
      }
    }
    return List.copyOf(held.values());
  }

  /**
   * The names of all devices that claims hold or may hold, half prepared ones and those for admin
   * access too; empty while a record cannot be read, for then not all are known.
   */
  Optional<Set<String>> names() {
    if (!store.unknown().isEmpty()) {
      return Optional.empty();
    }
    Set<String> names = new HashSet<>();
    for (ClaimRecord record : store.all()) {
      record.answer().forEach(device -> names.add(device.device()));
    }
    return Optional.of(names);
  }
}
