package dev.acceld.dra.claim.service;

import dev.acceld.dra.cdi.CdiDirectory;
import dev.acceld.dra.claim.ClaimFlags;
import dev.acceld.dra.claim.ClaimSettings;
import dev.acceld.dra.claim.StepHook;
import dev.acceld.dra.claim.cleanup.ClaimSweeper;
import dev.acceld.dra.claim.hardware.BoundedControl;
import dev.acceld.dra.claim.hardware.DeviceThreads;
import dev.acceld.dra.claim.hardware.PartitionManager;
import dev.acceld.dra.claim.hardware.UnusedPartitions;
import dev.acceld.dra.claim.prepare.AllocationReader;
import dev.acceld.dra.claim.prepare.CdiProblem;
import dev.acceld.dra.claim.prepare.ClaimFetcher;
import dev.acceld.dra.claim.prepare.ClaimPods;
import dev.acceld.dra.claim.prepare.ClaimRenewer;
import dev.acceld.dra.claim.prepare.ClaimWriter;
import dev.acceld.dra.claim.prepare.DeviceConflicts;
import dev.acceld.dra.claim.prepare.DevicesToday;
import dev.acceld.dra.claim.prepare.EarlierAllocation;
import dev.acceld.dra.claim.prepare.FailedUnprepares;
import dev.acceld.dra.claim.prepare.HolderProof;
import dev.acceld.dra.claim.prepare.InFlightPrepares;
import dev.acceld.dra.claim.prepare.OrphanEvidence;
import dev.acceld.dra.claim.prepare.Podmates;
import dev.acceld.dra.claim.prepare.Preparer;
import dev.acceld.dra.claim.prepare.Unpreparer;
import dev.acceld.dra.claim.record.ClaimCdi;
import dev.acceld.dra.claim.record.ClaimFiles;
import dev.acceld.dra.claim.record.ClaimLocks;
import dev.acceld.dra.claim.record.ClaimRecordStore;
import dev.acceld.dra.claim.record.PendingTeardowns;
import dev.acceld.dra.claim.record.RecordFiles;
import dev.acceld.dra.claim.record.SharedDevices;
import dev.acceld.dra.claim.record.Tombstones;
import dev.acceld.dra.config.ConfigDecoder;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the parts of a {@link ClaimManager} together. */
final class ClaimWiring {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimWiring.class);

  private ClaimWiring() {}

  static ClaimManager connect(ClaimManager.Dependencies parts, RecordFiles disk, StepHook hook)
      throws IOException {
    ClaimSettings settings = parts.settings();
    ClaimFiles files;
    CdiDirectory cdiDir = new CdiDirectory(settings.cdiDir());
    try {
      files =
          new ClaimFiles(
              new ClaimRecordStore(settings.stateDir(), disk),
              new ClaimLocks(settings.stateDir()),
              new PendingTeardowns(settings.stateDir(), disk),
              new Tombstones(settings.stateDir()),
              new ClaimFlags(settings.stateDir().resolve("writing")),
              new ClaimFlags(settings.stateDir().resolve("unpreparing")),
              cdiDir,
              new ClaimCdi(settings.driverName(), parts.access()),
              new SharedDevices(settings.driverName(), settings.stateDir(), disk, cdiDir, hook),
              parts.observer(),
              hook);
    } catch (IOException e) {
      throw new IOException(
          "the state directory "
              + settings.stateDir()
              + " cannot be used: "
              + ClaimFiles.describe(e)
              + "; make it writable for the agent, or set another with --state-dir",
          e);
    }
    try {
      files.cdiDir().create(); // runtimes watch badly what is made later
    } catch (IOException e) {
      LOG.warn(
          "cannot create the CDI directory {}: {}; no claim can be prepared until this is fixed or"
              + " --cdi-dir names another directory",
          settings.cdiDir(),
          ClaimFiles.describe(e));
    }
    InFlightPrepares attempts = new InFlightPrepares();
    DevicesToday today = new DevicesToday(settings.driverName(), parts.inventory());
    Podmates podmates = new Podmates(files, today, parts.bootId());
    CdiProblem problem = new CdiProblem(settings);
    ClaimRenewer renewer = new ClaimRenewer(files, problem, today, podmates, parts.bootId());
    ClaimWriter writer =
        new ClaimWriter(settings, files, problem, podmates, parts.bootId(), parts.clock());
    BoundedControl control =
        new BoundedControl(parts.control(), new DeviceThreads(settings.hardwareWait()));
    UnusedPartitions tidying =
        new UnusedPartitions(control, files, parts.inventory(), parts.bootId());
    PartitionManager hardware =
        new PartitionManager(control, files, tidying, parts.bootId(), parts.clock());
    ClaimPods pods = new ClaimPods();
    FailedUnprepares givingBack = new FailedUnprepares(files.store());
    Unpreparer unpreparer = new Unpreparer(settings, attempts, hardware, files, givingBack);
    Optional<OrphanEvidence> evidence =
        parts.api().map(api -> new OrphanEvidence(api, parts.kubelet(), settings.driverName()));
    Preparer preparer =
        new Preparer(
            settings,
            attempts,
            new ClaimFetcher(parts.api()),
            new AllocationReader(
                settings,
                parts.inventory(),
                parts.health(),
                new ConfigDecoder(parts.access().configKinds())),
            new DeviceConflicts(
                files.store(),
                parts.inventory(),
                givingBack,
                new HolderProof(evidence, pods, unpreparer, parts.podsWithProcesses(), settings)),
            new EarlierAllocation(settings.driverName(), evidence, pods, files),
            hardware,
            writer,
            renewer,
            podmates,
            files);
    return new ClaimManager(
        settings.driverName(),
        pods,
        givingBack,
        files,
        preparer,
        unpreparer,
        new ClaimSweeper(files, renewer, tidying),
        new FanOut(settings.longestCall()));
  }
}
