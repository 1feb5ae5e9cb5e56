package dev.acceld.dra.claim.prepare;

import dev.acceld.device.access.AccessOptions;
import dev.acceld.dra.claim.AllocatedDevice;
import dev.acceld.dra.claim.Company;
import dev.acceld.dra.claim.Company.Mate;
import dev.acceld.dra.claim.record.ClaimCdi;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.claim.record.ClaimRecords;
import dev.acceld.dra.claim.record.RecordedOptions;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodContainers;
import dev.acceld.dra.cluster.PodContainers.Container;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.dra.cluster.ResourceClaim;
import dev.acceld.probe.AccessRefusedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims that pods use together. What is written for one of them may depend on the devices of the
 * others.
 */
public final class Podmates {
  private static final Logger LOG = LoggerFactory.getLogger(Podmates.class);

  private final ClaimRecords records;
  private final ClaimCdi cdi;
  private final DevicesToday today;
  private final Supplier<String> bootId;
  private volatile ByPod byPod = new ByPod(List.of(), Map.of());

  /** Records by the pods that use them. */
  private record ByPod(List<ClaimRecord> records, Map<PodRef, List<ClaimRecord>> index) {}

  /** Looks at nothing yet. */
  public Podmates(ClaimRecords records, ClaimCdi cdi, DevicesToday today, Supplier<String> bootId) {
    this.records = records;
    this.cdi = cdi;
    this.today = today;
    this.bootId = bootId;
  }

  /** Other claims that a pod of this claim uses, as far as they are prepared by now. */
  List<ClaimRecord> of(ClaimRef claim, List<PodRef> pods) {
    Map<PodRef, List<ClaimRecord>> index = byPod();
    String boot = bootId.get();
    return pods.stream()
        .flatMap(pod -> index.getOrDefault(pod, List.of()).stream())
        .distinct()
        .filter(other -> other.finishedIn(boot))
        .filter(other -> !other.claim().uid().equals(claim.uid()))
        .sorted(
            Comparator.comparing(ClaimRecord::preparedAt)
                .thenComparing(other -> other.claim().uid()))
        .toList();
  }

  /**
   * Prepared claims that would change what is written for a claim if a pod used both, and of which
   * no record says whether one does: a claim that is prepared already is not asked for again when
   * another pod begins to share it.
   */
  List<ClaimRecord> mayMeet(
      ResourceClaim claim, List<AllocatedDevice> devices, Map<String, AccessOptions> options) {
    if (!cdi.dependsOnOthers(devices)) {
      return List.of(); // the usual case
    }
    ClaimRef ref = claim.ref();
    List<ClaimRecord> known = of(ref, claim.pods());
    Company podmates = unknown(company(ref, claim.pods(), List.of()).mates(), ref);
    String boot = bootId.get();
    List<ClaimRecord> found = new ArrayList<>();
    for (ClaimRecord other : records.store().all()) {
      boolean candidate =
          other.claim().namespace().equals(ref.namespace())
              && !other.claim().uid().equals(ref.uid())
              && other.finishedIn(boot)
              && !known.contains(other);
      if (candidate && matters(ref, devices, options, podmates, other)) {
        found.add(other);
      }
    }
    return found;
  }

  /** Whatever containers there are. */
  private static Company unknown(List<Mate> mates, ClaimRef claim) {
    return new Company(claim.name(), mates, Optional.empty());
  }

  private boolean matters(
      ClaimRef ref,
      List<AllocatedDevice> devices,
      Map<String, AccessOptions> options,
      Company podmates,
      ClaimRecord other) {
    List<Mate> mates = new ArrayList<>(podmates.mates());
    today.of(other).orElse(List.of()).forEach(d -> mates.add(mate(other, d)));
    Company more = unknown(mates, ref);
    try {
      return !cdi.content(ref.uid(), devices, options, podmates)
          .same(cdi.content(ref.uid(), devices, options, more));
    } catch (AccessRefusedException | IllegalArgumentException e) {
      LOG.debug("claim {}: {}", ref.path(), e.getMessage());
      return false; // said when it is written
    }
  }

  /**
   * Notes that pods use a prepared claim, too, if that matters for what is written for it or for
   * other claims of theirs; under its lock.
   *
   * @return whether that was not known
   */
  boolean add(ClaimRef ref, List<PodRef> pods) throws IOException {
    Optional<ClaimRecord> record =
        records.recordUnderLock(ref).filter(r -> r.finishedIn(bootId.get()));
    if (record.isEmpty()
        || record.get().pods().containsAll(pods)
        || !cdi.dependsOnOthers(today.of(record.get()).orElse(List.of()))) {
      return false;
    }
    Set<PodRef> users = new LinkedHashSet<>(record.get().pods());
    users.addAll(pods);
    records.store().write(record.get().withPods(List.copyOf(users)));
    return true;
  }

  /** Made once for each list of records that the store gives: it changes with every record. */
  @SuppressWarnings("ReferenceEquality") // the very list
  private Map<PodRef, List<ClaimRecord>> byPod() {
    List<ClaimRecord> all = records.store().all();
    ByPod now = byPod;
    if (now.records() != all) {
      Map<PodRef, List<ClaimRecord>> index = new HashMap<>();
      for (ClaimRecord record : all) {
        for (PodRef pod : record.pods()) {
          index.computeIfAbsent(pod, p -> new ArrayList<>()).add(record);
        }
      }
      now = new ByPod(all, index);
      byPod = now;
    }
    return now.index();
  }

  /**
   * What else the pods of a claim use.
   *
   * @param told which containers use which claims, of pods of which the claim itself says it
   */
  Company company(ClaimRef claim, List<PodRef> pods, List<PodContainers> told) {
    List<ClaimRecord> others = of(claim, pods);
    List<Mate> mates = new ArrayList<>();
    for (ClaimRecord other : others) {
      for (AllocatedDevice device : today.of(other).orElse(List.of())) {
        mates.add(mate(other, device));
      }
    }
    return new Company(claim.name(), mates, containers(pods, others, told));
  }

  /** Which containers of a pod use which claims, as far as the record of a claim says it. */
  Optional<PodContainers> containers(ClaimRef claim, PodRef pod) {
    return told(pod, of(claim, List.of(pod)).stream());
  }

  private static Optional<List<Container>> containers(
      List<PodRef> pods, List<ClaimRecord> others, List<PodContainers> told) {
    List<Container> all = new ArrayList<>();
    for (PodRef pod : pods) {
      Optional<PodContainers> known =
          told.stream()
              .filter(each -> each.pod().equals(pod.uid()))
              .findFirst()
              .or(() -> told(pod, others.stream()));
      if (known.isEmpty()) {
        return Optional.empty();
      }
      all.addAll(known.get().containers());
    }
    return pods.isEmpty() ? Optional.empty() : Optional.of(all);
  }

  private static Optional<PodContainers> told(PodRef pod, Stream<ClaimRecord> records) {
    return records
        .flatMap(record -> RecordedOptions.containers(record.configuration()).stream())
        .filter(each -> each.pod().equals(pod.uid()))
        .findFirst();
  }

  private static Mate mate(ClaimRecord claim, AllocatedDevice device) {
    return new Mate(
        claim.claim().name(),
        device.result().mainRequest(),
        device.device(),
        device.result().adminAccess());
  }
}
