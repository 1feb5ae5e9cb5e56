package dev.acceld.dra.claim.service;

import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.Inventory;
import dev.acceld.dra.cdi.CdiWatch;
import dev.acceld.dra.claim.ClaimObserver;
import dev.acceld.dra.claim.ClaimService;
import dev.acceld.dra.claim.ClaimSettings;
import dev.acceld.dra.claim.HeldDevice;
import dev.acceld.dra.claim.PodHolders;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.dra.claim.StepHook;
import dev.acceld.dra.claim.cleanup.ClaimSweeper;
import dev.acceld.dra.claim.health.BusCheck;
import dev.acceld.dra.claim.health.SelfTests;
import dev.acceld.dra.claim.logs.ClaimLogs;
import dev.acceld.dra.claim.prepare.ClaimPods;
import dev.acceld.dra.claim.prepare.DeviceConflicts;
import dev.acceld.dra.claim.prepare.FailedUnprepares;
import dev.acceld.dra.claim.prepare.Preparer;
import dev.acceld.dra.claim.prepare.Unpreparer;
import dev.acceld.dra.claim.record.ClaimCdiFiles;
import dev.acceld.dra.claim.record.ClaimLocks;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.claim.record.ClaimRecordStore;
import dev.acceld.dra.claim.record.KnownClaim;
import dev.acceld.dra.claim.record.RecordFiles;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.probe.AccessPlanner;
import dev.acceld.probe.DeviceControl;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The claims of this node: prepares and unprepares them, and tells which are prepared. Thread-safe;
 * two processes may work on the same directories.
 */
public final class ClaimManager implements ClaimService, AutoCloseable {
  private final ClaimSettings settings;
  private final ClaimPods pods;
  private final FailedUnprepares givingBack;
  private final ClaimRecordStore store;
  private final ClaimCdiFiles files;
  private final ClaimLogs logs;
  private final ClaimLocks locks;
  private final Preparer preparer;
  private final Unpreparer unpreparer;
  private final ClaimSweeper sweeper;
  private final HeldClaims claims;
  private final PartHolders holders;
  private final FanOut fanOut;
  private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();

  ClaimManager(
      ClaimSettings settings,
      ClaimPods pods,
      FailedUnprepares givingBack,
      ClaimRecordStore store,
      ClaimCdiFiles files,
      ClaimLogs logs,
      ClaimLocks locks,
      Preparer preparer,
      Unpreparer unpreparer,
      ClaimSweeper sweeper) {
    this.settings = settings;
    this.pods = pods;
    this.givingBack = givingBack;
    this.store = store;
    this.files = files;
    this.logs = logs;
    this.locks = locks;
    this.preparer = preparer;
    this.unpreparer = unpreparer;
    this.sweeper = sweeper;
    this.claims = new HeldClaims(store, pods);
    this.holders = new PartHolders(store, pods, locks);
    this.fanOut = new FanOut(settings.longestCall());
    store.addListener(this::changed);
  }

  /**
   * What a manager works with.
   *
   * @param kubelet tells the claims of the pods
   * @param podsWithProcesses the UIDs of all pods of this node that have a process; empty where
   *     that cannot be seen
   * @param bus whether a device is there at the moment when a claim gets it
   * @param selfTests what is tested before a claim gets it
   */
  public record Dependencies(
      ClaimSettings settings,
      Optional<ClusterApi> api,
      Supplier<Inventory> inventory,
      AccessPlanner access,
      Function<DeviceName, Optional<HealthReport>> health,
      Supplier<String> bootId,
      Clock clock,
      ClaimObserver observer,
      DeviceControl control,
      PodHolders kubelet,
      Supplier<Optional<Set<String>>> podsWithProcesses,
      BusCheck bus,
      SelfTests selfTests) {

    /** Without a kubelet that tells the claims of the pods, and without a look at the bus. */
    public Dependencies(
        ClaimSettings settings,
        Optional<ClusterApi> api,
        Supplier<Inventory> inventory,
        AccessPlanner access,
        Function<DeviceName, Optional<HealthReport>> health,
        Supplier<String> bootId,
        Clock clock,
        ClaimObserver observer,
        DeviceControl control) {
      this(
          settings,
          api,
          inventory,
          access,
          health,
          bootId,
          clock,
          observer,
          control,
          () -> {
            throw new IOException("the kubelet is not queried");
          },
          Optional::empty,
          BusCheck.NONE,
          SelfTests.none());
    }

    /** For devices that are used as they are. */
    public Dependencies(
        ClaimSettings settings,
        Optional<ClusterApi> api,
        Supplier<Inventory> inventory,
        AccessPlanner access,
        Function<DeviceName, Optional<HealthReport>> health,
        Supplier<String> bootId,
        Clock clock,
        ClaimObserver observer) {
      this(settings, api, inventory, access, health, bootId, clock, observer, DeviceControl.NONE);
    }
  }

  /**
   * Opens the state directory, making it if need be, and reads the records that are there.
   *
   * @throws IOException when the directory cannot be used; the message names it and the remedy
   * @throws IllegalArgumentException when the driver's name cannot stand in a CDI name
   */
  public static ClaimManager open(Dependencies parts) throws IOException {
    return open(parts, RecordFiles.DISK, StepHook.NONE);
  }

  /** The same on a disk that may fail, with a hook at each step; for tests. */
  public static ClaimManager open(Dependencies parts, RecordFiles disk, StepHook hook)
      throws IOException {
    return ClaimWiring.connect(parts, disk, hook);
  }

  @Override
  public Map<String, PrepareOutcome> prepare(List<ClaimRef> claims, CallScope call) {
    return fanOut.over(claims, claim -> preparer.prepare(claim, call), PrepareOutcome.Failed::new);
  }

  @Override
  public Map<String, UnprepareOutcome> unprepare(List<ClaimRef> claims, CallScope call) {
    return fanOut.over(
        claims, claim -> unpreparer.unprepare(claim, call), UnprepareOutcome.Failed::new);
  }

  /**
   * All prepared claims, oldest first, as last seen on disk (see {@link #poll}). No disk access;
   * the same list as before while nothing has changed.
   */
  public List<PreparedClaim> prepared() {
    return claims.prepared();
  }

  /** Every device that a claim holds, each once; one that is only held for admin access too. */
  public List<HeldDevice> held() {
    return claims.held();
  }

  /**
   * The names of all devices that claims hold or may hold; empty while not all are known, because a
   * record cannot be read. No disk access.
   */
  public Optional<Set<String>> heldNames() {
    return claims.names();
  }

  /**
   * Who holds a device of these physical parts, in a sentence for each that names claim and pods; a
   * call that works on one of the parts is waited for.
   *
   * @throws IOException when that cannot be known: a record cannot be read, or a call does not end
   */
  public List<String> holders(Set<String> physical, Duration patience)
      throws IOException, InterruptedException {
    return holders.of(physical, patience);
  }

  /**
   * Sees what the other process of a rolling update has written. To be called every second or so;
   * one {@code stat} when nothing has changed.
   */
  public void poll() throws IOException {
    store.refresh();
  }

  /**
   * Takes over from the kubelet the claims of the pods now; to be called every 15 s or so.
   *
   * @throws IOException when the kubelet does not answer; then everything stays as it was
   */
  public void refreshPods(PodHolders kubelet) throws IOException {
    if (!store.all().isEmpty() && pods.refresh(store.all(), kubelet.byClaim())) {
      changed();
    }
  }

  /**
   * Calls the listener after each change of {@link #prepared} or {@link #held}, on any thread; it
   * must return at once.
   *
   * @return takes the listener away
   */
  public Runnable onChange(Runnable listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  private void changed() {
    for (Runnable listener : listeners) {
      listener.run();
    }
  }

  /**
   * Makes the CDI files of prepared claims anew where the host has changed, such as by another
   * version of a driver. To be called when the inventory has changed; the janitor does it too.
   *
   * @throws IOException when the directories cannot be read
   */
  public void renew() throws IOException, InterruptedException {
    sweeper.renew();
  }

  /**
   * Watches the CDI directory from now on, and puts back at once what somebody else removes or
   * changes. The janitor does it, too, every few minutes.
   *
   * @return ends the watch
   */
  public CdiWatch watchFiles() {
    return CdiWatch.start(files.directory(), this::restoreFiles);
  }

  /**
   * Puts back the CDI files that somebody else has removed or changed.
   *
   * @throws IOException when the directories cannot be read
   */
  public CdiWatch.Answer restoreFiles(CdiWatch.Changes changes)
      throws IOException, InterruptedException {
    return sweeper.restore(changes);
  }

  /** Puts the directories in order; the janitor's business. */
  public void sweep() throws IOException, InterruptedException {
    sweeper.sweep();
  }

  /** Every claim that there is a readable record of, with all pods known to have used it. */
  public List<KnownClaim> known() {
    return store.all().stream().map(pods::known).toList();
  }

  /**
   * What is wrong with claims on this node, one sentence each: records that nobody can read, and
   * claims that cannot be given back, with who uses their devices. No disk access.
   */
  public List<String> troubles() {
    List<String> all = new ArrayList<>();
    for (String uid : store.unknown()) {
      all.add(DeviceConflicts.unknown(store.path(uid), uid));
    }
    all.addAll(givingBack.all());
    return all;
  }

  /** The directories for logs of claims, which cost a claim its logs at most. */
  public ClaimLogs logs() {
    return logs;
  }

  /**
   * Gives a claim back that is proven gone, if its record still is that one, and the proof holds.
   */
  public UnprepareOutcome collect(ClaimRecord gone, Unpreparer.Proof still) {
    return unpreparer.collect(gone, still, unpreparer.afterCallBudget());
  }

  String driverName() {
    return settings.driverName();
  }

  /** Gives the lock files back. Calls under way must be over. */
  @Override
  public void close() throws IOException {
    locks.close();
    files.close();
  }
}
