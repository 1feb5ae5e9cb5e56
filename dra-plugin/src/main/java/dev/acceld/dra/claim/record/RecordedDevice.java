package dev.acceld.dra.claim.record;

import dev.acceld.device.AttributeValue;
import dev.acceld.device.Capacity;
import dev.acceld.device.CounterUse;
import dev.acceld.dra.claim.Hold;
import dev.acceld.dra.claim.PreparedDevice;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * One device in a claim record.
 *
 * @param prepared as the kubelet was told
 * @param physical the physical parts that it is made of, or that it is a part of
 * @param attributes as published when the claim was prepared
 * @param capacities as published when the claim was prepared
 * @param place where a part of a device lies on it, whoever made it
 * @param counters what it takes of a part that was offered in several ways
 * @param partitionId by which it was made and can be unmade; empty for one that is used as it is
 */
public record RecordedDevice(
    PreparedDevice prepared,
    SortedSet<String> physical,
    Map<String, AttributeValue> attributes,
    Map<String, Capacity> capacities,
    Optional<CounterUse.Taken> counters,
    Optional<String> place,
    Optional<String> partitionId) {

  /** Takes copies. */
  public RecordedDevice {
    physical = Collections.unmodifiableSortedSet(new TreeSet<>(physical));
    attributes = Map.copyOf(attributes);
    capacities = Map.copyOf(capacities);
  }

  /** The same, with one copy of what other records have alike. */
  RecordedDevice sharing(RecordPool pool) {
    return new RecordedDevice(
        new PreparedDevice(
            pool.one(prepared.request()),
            pool.one(prepared.pool()),
            pool.one(prepared.device()),
            prepared.shareId(),
            prepared.adminAccess(),
            prepared.cdiIds()),
        pool.one(physical),
        pool.one(attributes),
        pool.one(capacities),
        counters.map(pool::one),
        place.map(pool::one),
        partitionId);
  }

  /** Where on the hardware it is, by all that tells: partition ID, place and UUID. */
  public Stream<String> marks() {
    return Stream.concat(uuid().stream(), Stream.concat(place.stream(), partitionId.stream()));
  }

  private Optional<String> uuid() {
    return AttributeValue.text(attributes.get("uuid"));
  }

  /** What of the hardware nobody else may have while this claim has the device. */
  public Hold hold() {
    return exclusive() ? new Hold(physical, counters, place.isPresent(), uuid()) : Hold.NONE;
  }

  /** True when nobody else may have the device while this claim has it. */
  public boolean exclusive() {
    return !prepared.adminAccess();
  }
}
