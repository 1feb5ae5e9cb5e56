package dev.acceld.dra.claim.service;

import dev.acceld.dra.cdi.CdiDirectory;
import dev.acceld.dra.claim.ClaimFlags;
import dev.acceld.dra.claim.ClaimSettings;
import dev.acceld.dra.claim.ClaimSteps;
import dev.acceld.dra.claim.StepHook;
import dev.acceld.dra.claim.cleanup.ClaimSweeper;
import dev.acceld.dra.claim.fetch.ClaimFetcher;
import dev.acceld.dra.claim.fetch.PodFetcher;
import dev.acceld.dra.claim.hardware.Announcement;
import dev.acceld.dra.claim.hardware.BoundedControl;
import dev.acceld.dra.claim.hardware.DeviceThreads;
import dev.acceld.dra.claim.hardware.PartitionManager;
import dev.acceld.dra.claim.hardware.UnusedPartitions;
import dev.acceld.dra.claim.health.HandsOff;
import dev.acceld.dra.claim.health.LastLook;
import dev.acceld.dra.claim.logs.ClaimLogs;
import dev.acceld.dra.claim.prepare.AllocationReader;
import dev.acceld.dra.claim.prepare.CdiProblem;
import dev.acceld.dra.claim.prepare.ClaimOptions;
import dev.acceld.dra.claim.prepare.ClaimPods;
import dev.acceld.dra.claim.prepare.ClaimRemover;
import dev.acceld.dra.claim.prepare.ClaimRenewer;
import dev.acceld.dra.claim.prepare.ClaimWriter;
import dev.acceld.dra.claim.prepare.ContainerLookup;
import dev.acceld.dra.claim.prepare.DeviceConflicts;
import dev.acceld.dra.claim.prepare.DevicesToday;
import dev.acceld.dra.claim.prepare.EarlierAllocation;
import dev.acceld.dra.claim.prepare.FailedUnprepares;
import dev.acceld.dra.claim.prepare.HolderProof;
import dev.acceld.dra.claim.prepare.InFlightPrepares;
import dev.acceld.dra.claim.prepare.LeftoverProcesses;
import dev.acceld.dra.claim.prepare.LockedPrepare;
import dev.acceld.dra.claim.prepare.OrphanEvidence;
import dev.acceld.dra.claim.prepare.PodmateUpdates;
import dev.acceld.dra.claim.prepare.Podmates;
import dev.acceld.dra.claim.prepare.PreparedRecord;
import dev.acceld.dra.claim.prepare.Preparer;
import dev.acceld.dra.claim.prepare.RepeatedPrepare;
import dev.acceld.dra.claim.prepare.TimedLocks;
import dev.acceld.dra.claim.prepare.Unpreparer;
import dev.acceld.dra.claim.record.ClaimCdi;
import dev.acceld.dra.claim.record.ClaimCdiFiles;
import dev.acceld.dra.claim.record.ClaimLocks;
import dev.acceld.dra.claim.record.ClaimRecordStore;
import dev.acceld.dra.claim.record.ClaimRecords;
import dev.acceld.dra.claim.record.PendingTeardowns;
import dev.acceld.dra.claim.record.RecordFiles;
import dev.acceld.dra.claim.record.SharedDevices;
import dev.acceld.dra.claim.record.Tombstones;
import dev.acceld.text.ErrorText;
import dev.acceld.vendor.ConfigKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the parts of a {@link ClaimManager} together. */
final class ClaimWiring {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimWiring.class);

  private ClaimWiring() {}

  static ClaimManager connect(ClaimManager.Dependencies parts, RecordFiles disk, StepHook hook)
      throws IOException {
    try {
      return connected(parts, disk, hook);
    } catch (IOException e) {
      throw new IOException(
          "the state directory "
              + parts.settings().stateDir()
              + " cannot be used: "
              + ErrorText.of(e)
              + "; make it writable for the agent, or set another with --state-dir",
          e);
    }
  }

  /** Fails only when the state directory cannot be used. */
  private static ClaimManager connected(
      ClaimManager.Dependencies parts, RecordFiles disk, StepHook hook) throws IOException {
    ClaimSettings settings = parts.settings();
    Path stateDir = settings.stateDir();
    ClaimSteps steps = new ClaimSteps(parts.observer(), hook);
    CdiDirectory cdiDir = new CdiDirectory(settings.cdiDir());
    ClaimLogs logs = ClaimLogs.of(parts.access().logPlaces(), stateDir, parts.clock());
    ClaimCdi cdi = new ClaimCdi(settings.driverName(), parts.access(), logs);
    ClaimRecordStore store = new ClaimRecordStore(stateDir, disk);
    ClaimLocks locks = new ClaimLocks(stateDir);
    PendingTeardowns pending = new PendingTeardowns(stateDir, disk);
    Tombstones tombstones = new Tombstones(stateDir);
    ClaimFlags writing = new ClaimFlags(stateDir.resolve("writing"));
    ClaimCdiFiles files =
        new ClaimCdiFiles(
            cdiDir,
            cdi,
            new SharedDevices(settings.driverName(), stateDir, disk, cdiDir, hook),
            new ClaimFlags(stateDir.resolve("unpreparing")));
    create(cdiDir, settings);
    ClaimRecords records = new ClaimRecords(store, files, parts.observer());
    TimedLocks locking = new TimedLocks(locks, steps);
    DevicesToday today = new DevicesToday(settings.driverName(), parts.inventory());
    Podmates podmates = new Podmates(records, cdi, today, parts.bootId());
    CdiProblem problem = new CdiProblem(settings);
    ClaimRenewer renewer =
        new ClaimRenewer(
            records,
            files,
            logs,
            problem,
            today,
            podmates,
            parts.bootId(),
            parts.access().configKinds().stream().map(ConfigKind::kind).collect(Collectors.toSet()),
            steps);
    BoundedControl control =
        new BoundedControl(parts.control(), new DeviceThreads(settings.hardwareWait()));
    UnusedPartitions tidying =
        new UnusedPartitions(control, records, pending, locks, parts.inventory(), parts.bootId());
    PartitionManager hardware =
        new PartitionManager(
            control,
            store,
            pending,
            tidying,
            new Announcement(parts.bootId(), parts.clock(), tombstones),
            parts.bootId(),
            steps);
    InFlightPrepares attempts = new InFlightPrepares(tombstones);
    ClaimPods pods = new ClaimPods();
    FailedUnprepares givingBack = new FailedUnprepares(store);
    Unpreparer unpreparer =
        new Unpreparer(
            settings,
            attempts,
            hardware,
            records,
            locking,
            new ClaimRemover(hardware, store, files, logs, pending, steps),
            givingBack,
            steps);
    Optional<OrphanEvidence> evidence =
        parts.api().map(api -> new OrphanEvidence(api, parts.kubelet(), settings.driverName()));
    ClaimFetcher fetcher = new ClaimFetcher(parts.api());
    PodFetcher podFetcher = new PodFetcher(parts.api());
    EarlierAllocation earlier =
        new EarlierAllocation(settings.driverName(), evidence, pods, records);
    ClaimWriter writer =
        new ClaimWriter(
            store,
            files,
            logs,
            new PreparedRecord(earlier, parts.bootId(), parts.clock(), tombstones),
            problem,
            podmates,
            steps);
    PodmateUpdates mates = new PodmateUpdates(settings, fetcher, podmates, renewer, store, locking);
    RepeatedPrepare repeated =
        new RepeatedPrepare(fetcher, earlier, hardware, renewer, mates, records, locking, steps);
    DeviceConflicts holders =
        new DeviceConflicts(
            store,
            parts.inventory(),
            givingBack,
            new HolderProof(evidence, pods, unpreparer, parts.podsWithProcesses(), settings));
    Preparer preparer =
        new Preparer(
            settings,
            attempts,
            fetcher,
            new AllocationReader(
                settings,
                parts.inventory(),
                parts.health(),
                new ClaimOptions(settings.driverName(), parts.access(), podFetcher)),
            earlier,
            mates,
            new ContainerLookup(
                settings.driverName(), podFetcher, fetcher, cdi, podmates, attempts),
            repeated,
            new LockedPrepare(
                settings,
                holders,
                new HandsOff(parts.health()),
                new LeftoverProcesses(control, store, pods),
                new LastLook(parts.health(), parts.bus()),
                parts.selfTests(),
                repeated,
                hardware,
                writer,
                records,
                files,
                locking,
                steps),
            steps);
    ClaimSweeper sweeper =
        new ClaimSweeper(
            records, files, logs, writing, tombstones, locks, renewer, tidying, parts.observer());
    return new ClaimManager(
        settings, pods, givingBack, store, files, logs, locks, preparer, unpreparer, sweeper);
  }

  /** Runtimes watch badly what is made later. */
  private static void create(CdiDirectory cdiDir, ClaimSettings settings) {
    try {
      cdiDir.create();
    } catch (IOException e) {
      LOG.warn(
          "cannot create the CDI directory {}: {}; no claim can be prepared until this is fixed or"
              + " --cdi-dir names another directory",
          settings.cdiDir(),
          ErrorText.of(e));
    }
  }
}
