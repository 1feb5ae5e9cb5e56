package dev.acceld.probe.nvidia;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.PciAddress;
import dev.acceld.device.Readings;
import dev.acceld.host.HostFs;
import dev.acceld.probe.DeviceControl;
import dev.acceld.probe.Discovery;
import dev.acceld.probe.Probe;
import dev.acceld.probe.ProbeFailedException;
import dev.acceld.probe.ProbeUnavailableException;
import dev.acceld.probe.Releases;
import dev.acceld.probe.Releases.Released;
import dev.acceld.probe.Signal;
import dev.acceld.probe.nvidia.discovery.BrokenGpus;
import dev.acceld.probe.nvidia.discovery.DeviceReaders;
import dev.acceld.probe.nvidia.discovery.GpuDevices;
import dev.acceld.probe.nvidia.discovery.GpuScan;
import dev.acceld.probe.nvidia.discovery.PciGpus;
import dev.acceld.probe.nvidia.mig.MigControl;
import dev.acceld.probe.nvidia.mig.MigScan;
import dev.acceld.probe.nvidia.mig.MigSelector;
import dev.acceld.probe.nvidia.nvml.Symbol;
import dev.acceld.probe.nvidia.sampling.Sampler;
import dev.acceld.probe.nvidia.session.DeviceCalls;
import dev.acceld.probe.nvidia.session.DriverEvent;
import dev.acceld.probe.nvidia.session.NvmlCallException;
import dev.acceld.probe.nvidia.session.NvmlSession;
import dev.acceld.probe.nvidia.signals.OperationalEventSignals;
import dev.acceld.probe.nvidia.signals.SignalTracker;
import dev.acceld.selftest.DeviceSelfTest;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * NVIDIA's GPUs through NVML. The library is loaded at the first discovery that finds one and kept
 * initialised. It is closed and loaded anew when it says that the driver has changed under it, when
 * a GPU was bound to the driver since, and now and then while a GPU is missing: an initialised
 * library does not notice newcomers.
 *
 * <p>Besides the supervisor's thread there is one that waits for XID events, and another for GPU
 * Operational Events where these are wanted.
 */
public final class NvidiaProbe implements Probe {
  private static final Duration FIRST_RETRY = Duration.ofMinutes(1);
  private static final Duration LAST_RETRY = Duration.ofMinutes(16);
  private static final Logger log = LoggerFactory.getLogger(NvidiaProbe.class);

  private final Path driverRoot;
  private final HostFs host;
  private final InstantSource clock;
  private final Duration slowEvery;
  private final PciGpus pci;
  private final SignalTracker trouble = new SignalTracker();
  private final OperationalEventSignals operational = new OperationalEventSignals(trouble);
  private final boolean operationalEvents;
  private final DeviceCalls calls;
  private final GpuErrorCounters errors;
  private final MigScan mig;
  private final GpuScan scan;
  private final Releases releases;
  private Released released = Releases.NONE.now();
  private boolean driverGone;

  private @Nullable Library library;
  private Set<Symbol> missing = Set.of();
  private String noOperational = "";
  private long ownerless;
  private Set<PciAddress> bound = Set.of();
  private Duration retry = FIRST_RETRY;

  /** What lives as long as the loaded library. */
  private record Library(NvmlSession session, DeviceReaders instruments) {}

  /**
   * Nothing is loaded or read yet.
   *
   * @param driverRoot where the driver's user space is: {@code /}, or {@code /run/nvidia/driver}
   * @param host where {@code /sys}, {@code /proc} and {@code /dev} are read from
   * @param releases GPUs that must not be touched for now
   */
  public NvidiaProbe(Path driverRoot, HostFs host, Releases releases) {
    this(driverRoot, host, releases, MigSelector.NONE, false);
  }

  /**
   * The same with partitions on demand.
   *
   * @param onDemand the GPUs that are cut into partitions for claims
   */
  public NvidiaProbe(Path driverRoot, HostFs host, Releases releases, MigSelector onDemand) {
    this(driverRoot, host, releases, onDemand, false);
  }

  /**
   * The same with partitions on demand and GPU Operational Events.
   *
   * @param onDemand the GPUs that are cut into partitions for claims
   * @param operationalEvents whether operational events are faults beside XIDs
   */
  public NvidiaProbe(
      Path driverRoot,
      HostFs host,
      Releases releases,
      MigSelector onDemand,
      boolean operationalEvents) {
    this(
        driverRoot,
        host,
        releases,
        onDemand,
        operationalEvents,
        InstantSource.system(),
        Sampler.SLOW_EVERY,
        DeviceCalls.PATIENCE);
  }

  NvidiaProbe(Path driverRoot, HostFs host, Releases releases, InstantSource clock) {
    this(
        driverRoot,
        host,
        releases,
        MigSelector.NONE,
        clock,
        Sampler.SLOW_EVERY,
        DeviceCalls.PATIENCE);
  }

  NvidiaProbe(
      Path driverRoot,
      HostFs host,
      Releases releases,
      MigSelector onDemand,
      InstantSource clock,
      Duration slowEvery,
      Duration patience) {
    this(driverRoot, host, releases, onDemand, false, clock, slowEvery, patience);
  }

  NvidiaProbe(
      Path driverRoot,
      HostFs host,
      Releases releases,
      MigSelector onDemand,
      boolean operationalEvents,
      InstantSource clock,
      Duration slowEvery,
      Duration patience) {
    this.calls = new DeviceCalls(patience, clock);
    this.releases = releases;
    this.operationalEvents = operationalEvents;
    this.slowEvery = slowEvery;
    this.driverRoot = driverRoot;
    this.host = host;
    this.clock = clock;
    this.pci = new PciGpus(host);
    this.errors = new GpuErrorCounters(host, clock);
    this.mig = new MigScan(onDemand, host);
    this.scan =
        new GpuScan(pci, new GpuDevices(host, pci), new BrokenGpus(pci, host), mig, trouble, calls);
  }

  /**
   * Makes and unmakes partitions for claims; independent of the probe's thread.
   *
   * @param removeForeign whether partitions that no claim holds are removed
   */
  public DeviceControl control(boolean removeForeign) {
    return new MigControl(new ControlOpener(driverRoot, host, releases), host, removeForeign);
  }

  /** Tests GPUs; independent of the probe's thread. */
  public DeviceSelfTest selfTest() {
    return new InforomCheck(new ControlOpener(driverRoot, host, releases));
  }

  @Override
  public String name() {
    return "nvidia";
  }

  @Override
  public Discovery discover() throws ProbeUnavailableException, ProbeFailedException {
    obeyReleases();
    if (released.all()) {
      return scan.released(released, clock.instant());
    }
    closeIfOutdated();
    try {
      return discoverOnce();
    } catch (NvmlCallException e) {
      // The driver was exchanged under the open library: the new one may be ready already.
      log.info("reloading NVML: {}", e.getMessage());
      close();
      try {
        return discoverOnce();
      } catch (NvmlCallException again) {
        close();
        throw new ProbeFailedException(again.getMessage() + ", also after reloading the library");
      }
    }
  }

  @Override
  public Readings read(List<Device> devices) {
    errors.look(devices, released); // before NVML, of which a call may hang
    Library loaded = library;
    if (loaded == null || loaded.session.stale()) {
      return new Readings(clock.instant(), Map.of());
    }
    GpuReader reader = new GpuReader(loaded.session, loaded.instruments, calls, trouble, clock);
    GpuReader.Read read = reader.read(devices);
    errors.addTo(read.values());
    return new Readings(clock.instant(), read.values(), Map.of(), read.processes());
  }

  @Override
  public List<Signal> signals() {
    if (library != null) {
      takeEvents(library);
    }
    List<Signal> all = new ArrayList<>(trouble.drain());
    all.addAll(errors.drain());
    return all;
  }

  /** Ends the thread, shuts the library down and unloads it; the next discovery starts afresh. */
  @Override
  public void close() {
    Library loaded = library;
    if (loaded != null) {
      library = null;
      takeEvents(loaded);
      operational.forgetGroups();
      loaded.session.close(calls.anyHangs());
      trouble.renew();
    }
    calls.close();
  }

  private Discovery discoverOnce()
      throws ProbeUnavailableException, ProbeFailedException, NvmlCallException {
    Library loaded = library;
    if (loaded == null) {
      NvmlSession session =
          NvmlSession.open(driverRoot, host, clock, released.isEmpty(), operationalEvents);
      loaded = new Library(session, new DeviceReaders(session.nvml(), calls, slowEvery));
      library = loaded;
      tellMissing(session);
      mig.forget();
      bound = pci.bound();
    }
    calls.beginPass();
    Discovery found = scan.scan(loaded.session, loaded.instruments, released, clock.instant());
    if (loaded.session.gpus().isEmpty() && !calls.anyHangs()) {
      // Nothing to read and nothing to watch: only a fresh library sees what comes.
      close();
    }
    return found;
  }

  /**
   * Only a shutdown closes the files of a GPU, so whatever is released or taken back, the library
   * is opened anew without touching those that are released. A driver that went and came back is
   * the end of a release of everything: that is what it was for.
   */
  private void obeyReleases() {
    Released now = releases.now();
    if (now.all()) {
      boolean gone = !host.exists("/proc/driver/nvidia/version");
      if (driverGone && !gone) {
        log.info(
            releases.byLabel().isPresent()
                ? "NVIDIA's driver is back; the GPUs stay released until the node's label changes"
                : "NVIDIA's driver is back, and so are the GPUs that were released for it");
        scan.reset(clock.instant());
        try {
          releases.takeBackAll();
          now = releases.now();
        } catch (IOException e) {
          log.warn("released GPUs cannot be taken back: {}", ErrorText.of(e));
        }
      }
      driverGone = gone;
    }
    if (!now.equals(released)) {
      released = now;
      close();
    }
    if (released.isEmpty()) {
      trouble.released(Set.of(), clock.instant());
    }
  }

  private void tellMissing(NvmlSession session) {
    if (!session.noOperationalEvents().equals(noOperational)) {
      noOperational = session.noOperationalEvents();
      if (!noOperational.isEmpty()) {
        log.info("GPU operational events are not available: {}", noOperational);
      }
    }
    Set<Symbol> now = new HashSet<>(session.nvml().missing().keySet());
    now.removeAll(Symbol.OPERATIONAL_EVENTS);
    if (!now.equals(missing)) {
      missing = Set.copyOf(now);
      if (!missing.isEmpty()) {
        log.info(
            "this driver's NVML lacks {}; their readings are not available",
            missing.stream().map(Symbol::function).sorted().collect(Collectors.joining(", ")));
      }
    }
  }

  private void closeIfOutdated() {
    if (library == null) {
      return;
    }
    Set<PciAddress> before = bound;
    bound = pci.bound();
    boolean newcomer = !before.containsAll(bound);
    boolean gap =
        trouble.anyLost()
            || bound.stream()
                .anyMatch(at ->
                    !scan.listed().contains(at)
                        && !pci.excluded(at)
                        && !released.devices().containsValue(Optional.of(at)));
    Instant due = library.session.opened().plus(retry);
    if (!gap) {
      retry = FIRST_RETRY;
    }
    if (library.session.stale() || newcomer) {
      close();
    } else if (gap && !calls.anyHangs() && !clock.instant().isBefore(due)) {
      // While a call hangs, the old library would stay loaded beside the new one.
      retry = retry.compareTo(LAST_RETRY) < 0 ? retry.multipliedBy(2) : retry;
      close();
    }
  }

  private void ownerless(DriverEvent event) {
    if (event instanceof DriverEvent.Xid) {
      log.warn("{} of an undiscovered GPU", event.identity());
    } else if (Long.bitCount(++ownerless) == 1) {
      log.warn("{} of an unknown GPU; {} such events so far", event.identity(), ownerless);
    }
  }

  private void takeEvents(Library loaded) {
    for (DriverEvent event = loaded.session.event();
        event != null;
        event = loaded.session.event()) {
      DeviceName name = loaded.session.owner(event);
      if (name == null) {
        ownerless(event);
        continue;
      }
      switch (event) {
        case DriverEvent.Xid xid -> trouble.xid(name, xid.at(), xid.number());
        case DriverEvent.Operational other -> operational.take(name, other);
      }
    }
  }
}
