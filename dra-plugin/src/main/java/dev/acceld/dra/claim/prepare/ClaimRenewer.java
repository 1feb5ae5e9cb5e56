package dev.acceld.dra.claim.prepare;

import dev.acceld.device.Device;
import dev.acceld.dra.cdi.CdiText;
import dev.acceld.dra.claim.AllocatedDevice;
import dev.acceld.dra.claim.ClaimObserver.Phase;
import dev.acceld.dra.claim.ClaimRefusedException;
import dev.acceld.dra.claim.ClaimService.PrepareOutcome;
import dev.acceld.dra.claim.ClaimSteps;
import dev.acceld.dra.claim.Stopwatch;
import dev.acceld.dra.claim.logs.ClaimLogs;
import dev.acceld.dra.claim.record.ClaimCdi;
import dev.acceld.dra.claim.record.ClaimCdiFiles;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.claim.record.ClaimRecords;
import dev.acceld.dra.claim.record.RecordedOptions;
import dev.acceld.dra.claim.record.SharedDevice;
import dev.acceld.dra.claim.record.SharedDevices;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.probe.AccessRefusedException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the CDI files of prepared claims as they should be: there, and with what the host has
 * today. A driver that was exchanged has other files, and a container that restarts needs those;
 * what the kubelet was told never changes.
 */
public final class ClaimRenewer {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimRenewer.class);

  private final ClaimRecords records;
  private final ClaimCdiFiles files;
  private final ClaimLogs logs;
  private final CdiProblem problem;
  private final DevicesToday today;
  private final Podmates podmates;
  private final Supplier<String> bootId;
  private final Set<String> kinds;
  private final ClaimSteps steps;

  /**
   * Writes nothing yet.
   *
   * @param kinds the kinds of configuration that can be applied here
   */
  public ClaimRenewer(
      ClaimRecords records,
      ClaimCdiFiles files,
      ClaimLogs logs,
      CdiProblem problem,
      DevicesToday today,
      Podmates podmates,
      Supplier<String> bootId,
      Set<String> kinds,
      ClaimSteps steps) {
    this.records = records;
    this.files = files;
    this.logs = logs;
    this.problem = problem;
    this.today = today;
    this.podmates = podmates;
    this.bootId = bootId;
    this.kinds = Set.copyOf(kinds);
    this.steps = steps;
  }

  /**
   * What a claim's files should be.
   *
   * @param record with the claim's own CDI file
   * @param shared what other files have that its answer names, as far as that is known today
   */
  private record Wanted(ClaimRecord record, List<SharedDevice> shared) {}

  /**
   * The answer of a claim that is prepared already; its CDI files are put back if they are missing
   * or not what was written, and made anew if the host has changed since. Empty when there is no
   * finished record of this boot. Under the claim's lock.
   */
  Optional<PrepareOutcome.Prepared> answerAgain(ClaimRef ref, Optional<ClaimRecord> record)
      throws ClaimRefusedException, IOException, InterruptedException {
    files.unpreparing().clear(ref.uid()); // a pod needs its files again
    return inOrder(ref, record);
  }

  /** Puts the files of a finished claim in order. */
  private Optional<PrepareOutcome.Prepared> inOrder(ClaimRef ref, Optional<ClaimRecord> record)
      throws ClaimRefusedException, IOException, InterruptedException {
    if (record.isEmpty() || !record.get().finishedIn(bootId.get())) {
      return Optional.empty();
    }
    logs.restore(ref, devices(record.get()));
    Wanted now = wanted(record.get());
    String file = files.name(ref.uid());
    try (SharedDevices.Use shared = files.shared().use(now.shared())) {
      try (Stopwatch watch = steps.ofPrepare(ref, Phase.CDI)) {
        shared.publish();
        for (String name : unknown(now)) {
          files.shared().restore(name);
        }
        files.restore(ref.uid(), now.record().cdi());
        watch.ok();
      } catch (IOException e) {
        throw problem.of(file, e);
      }
      if (!now.record().equals(record.get())) {
        records.store().write(now.record());
        LOG.info(
            "CDI file {} was regenerated: the driver, its hook or a claim of the same pod has changed",
            file);
      }
    }
    return Optional.of(new PrepareOutcome.Prepared(now.record().answer()));
  }

  /**
   * The same for whoever keeps files in order without being asked for the claim. Nothing is written
   * for a claim that is being given back, or whose record is gone.
   *
   * @return whether its files are as they should be now
   */
  public boolean keepUp(ClaimRef ref)
      throws ClaimRefusedException, IOException, InterruptedException {
    return !files.unpreparing().isSet(ref.uid())
        && inOrder(ref, records.recordUnderLock(ref)).isPresent();
  }

  /** Whether a claim has a CDI file that containers may need. */
  public boolean hasFile(ClaimRecord record) {
    return record.finishedIn(bootId.get());
  }

  /**
   * Whether a prepared claim would get other files today, or a shared one or the directory for its
   * logs is not as it should be.
   */
  public boolean outdated(ClaimRecord record) {
    if (logs.incomplete(record.claim().uid(), devices(record))) {
      return true;
    }
    Wanted now = wanted(record);
    return !now.record().equals(record)
        || now.shared().stream().anyMatch(device -> !files.shared().holds(device));
  }

  private boolean renewable(ClaimRecord record) {
    return record.finishedIn(bootId.get())
        && record.newer().isEmpty()
        && RecordedOptions.areKnown(record.configuration(), kinds);
  }

  /** Those whose logs matter here; none while nobody wants any, or the claim stays as it is. */
  private List<Device> devices(ClaimRecord record) {
    if (!logs.wanted() || !renewable(record)) {
      return List.of();
    }
    return today.of(record).orElse(List.of()).stream().map(AllocatedDevice::device).toList();
  }

  /**
   * Where a device or the driver is away at the moment, everything stays as it was; so it does
   * where a newer version has recorded what this one would not write.
   */
  private Wanted wanted(ClaimRecord record) {
    Wanted asItIs = new Wanted(record, List.of());
    if (!renewable(record)) {
      return asItIs;
    }
    Optional<List<AllocatedDevice>> devices = today.of(record);
    if (devices.isEmpty()) {
      return asItIs;
    }
    try {
      ClaimCdi.Content content =
          files
              .cdi()
              .contentAsAnswered(
                  record.claim().uid(),
                  devices.get(),
                  RecordedOptions.read(record.configuration()),
                  podmates.company(
                      record.claim(),
                      record.pods(),
                      RecordedOptions.containers(record.configuration())),
                  record.answer());
      if (!content.answer().equals(record.answer())) {
        return asItIs;
      }
      CdiText cdi = CdiText.of(content.file());
      return new Wanted(cdi.equals(record.cdi()) ? record : record.withCdi(cdi), content.shared());
    } catch (AccessRefusedException | IllegalArgumentException e) {
      LOG.debug("CDI file of claim {} stays as it is: {}", record.claim().path(), e.getMessage());
      return asItIs;
    }
  }

  /** Names of shared devices of which it is not known what they would hold today. */
  private Set<String> unknown(Wanted wanted) {
    Set<String> names = files.sharedBy(wanted.record());
    names.removeAll(wanted.shared().stream().map(SharedDevice::name).collect(Collectors.toSet()));
    return names;
  }
}
