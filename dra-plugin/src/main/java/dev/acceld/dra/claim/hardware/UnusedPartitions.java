package dev.acceld.dra.claim.hardware;

import dev.acceld.device.Device;
import dev.acceld.device.Inventory;
import dev.acceld.dra.claim.record.ClaimLocks;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.claim.record.ClaimRecords;
import dev.acceld.dra.claim.record.PendingTeardowns;
import dev.acceld.dra.claim.record.RecordedDevice;
import dev.acceld.probe.ControlFailedException;
import dev.acceld.probe.DeviceControl;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Parts of devices that nobody holds. Those that were made for a claim of this state directory are
 * unmade as soon as the hardware answers; of all others the log says once that they are there. Only
 * when every claim of this node can be read: a record that is lost or damaged is no proof that its
 * pod is gone.
 */
public final class UnusedPartitions {
  private static final Logger LOG = LoggerFactory.getLogger(UnusedPartitions.class);

  private final DeviceControl control;
  private final ClaimRecords records;
  private final PendingTeardowns pending;
  private final ClaimLocks locks;
  private final Supplier<Inventory> inventory;
  private final Supplier<String> bootId;
  private final Map<String, List<String>> said = new HashMap<>();

  /** Looks at nothing yet. */
  public UnusedPartitions(
      DeviceControl control,
      ClaimRecords records,
      PendingTeardowns pending,
      ClaimLocks locks,
      Supplier<Inventory> inventory,
      Supplier<String> bootId) {
    this.control = control;
    this.records = records;
    this.pending = pending;
    this.locks = locks;
    this.inventory = inventory;
    this.bootId = bootId;
  }

  /** One round over all parts; one that somebody works on is left for the next. */
  public synchronized void tidy(long patienceNanos) throws IOException, InterruptedException {
    Map<String, Optional<Device>> parts = new LinkedHashMap<>();
    for (ClaimRecord record : pending.all().values()) {
      record
          .devices()
          .forEach(d -> d.physical().forEach(part -> parts.put(part, Optional.empty())));
    }
    Inventory now = inventory.get();
    Set<String> seen = new HashSet<>();
    for (Device device : now.devices()) {
      if (control.partitionId(device).isPresent() && !now.missing().contains(device.name())) {
        for (String part : device.common().physical()) {
          if (seen.add(part)) {
            parts.put(part, Optional.of(device));
          }
        }
      }
    }
    for (Map.Entry<String, Optional<Device>> part : parts.entrySet()) {
      try (ClaimLocks.Held lock =
          locks.acquire("tidying", List.of(part.getKey()), System.nanoTime() + patienceNanos)) {
        if (lock == null) {
          continue;
        }
        records.store().refresh();
        if (records.everyClaimHasARecord()) {
          clear(Set.of(part.getKey()));
          if (part.getValue().isPresent()) {
            say(part.getKey(), control.tidy(part.getValue().get(), held()));
          }
        }
      }
    }
  }

  private void say(String part, List<String> sentences) {
    List<String> before = said.getOrDefault(part, List.of());
    for (String sentence : sentences) {
      if (!before.contains(sentence)) {
        LOG.warn("device={}: {}", part, sentence);
      }
    }
    said.put(part, List.copyOf(sentences));
  }

  /** Unmakes what earlier claims left on those parts; under the parts' locks. */
  void clear(Set<String> physical) throws IOException {
    for (Map.Entry<Path, ClaimRecord> entry : pending.all().entrySet()) {
      ClaimRecord record = entry.getValue();
      if (!record.ofBoot(bootId.get())) {
        pending.remove(entry.getKey()); // nothing that was made outlives a boot
      } else if (record.devices().stream().allMatch(d -> physical.containsAll(d.physical()))
          && cleared(record)) {
        pending.remove(entry.getKey());
      }
    }
  }

  /** False also when a claim holds some of it by now: then it is not yet the time to unmake it. */
  private boolean cleared(ClaimRecord record) {
    Set<String> held = held();
    boolean gone = true;
    for (String partitionId : record.partitionIds()) {
      if (held.contains(partitionId)) {
        gone = false;
        continue;
      }
      try {
        boolean unmade = control.unmake(partitionId);
        gone &= unmade;
        if (unmade) {
          LOG.info(
              "{}: removed the leftover partition of claim {}", partitionId, record.claim().path());
        }
      } catch (ControlFailedException e) {
        LOG.warn(
            "cannot remove the leftover partition of claim {}: {}",
            record.claim().path(),
            e.getMessage());
        gone = false;
      }
    }
    return gone;
  }

  /**
   * What claims hold: partition IDs, places and UUIDs. A record of an older agent may name a device
   * only by the name under which it is offered.
   */
  Set<String> held() {
    return held(record -> true);
  }

  /** The same of some claims only. */
  Set<String> held(Predicate<ClaimRecord> which) {
    Map<String, String> byName = new HashMap<>();
    for (Device device : inventory.get().devices()) {
      control.place(device).ifPresent(place -> byName.put(device.name().value(), place));
    }
    Set<String> held = new HashSet<>();
    for (ClaimRecord record : records.store().all()) {
      if (record.ofBoot(bootId.get()) && which.test(record)) {
        for (RecordedDevice device : record.devices()) {
          device.marks().forEach(held::add);
          Optional.ofNullable(byName.get(device.prepared().device())).ifPresent(held::add);
        }
      }
    }
    return held;
  }
}
