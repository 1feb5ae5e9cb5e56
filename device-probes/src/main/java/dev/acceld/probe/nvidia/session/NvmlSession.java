package dev.acceld.probe.nvidia.session;

import com.sun.jna.Pointer;
import dev.acceld.device.DeviceName;
import dev.acceld.host.HostFs;
import dev.acceld.probe.ProbeFailedException;
import dev.acceld.probe.ProbeUnavailableException;
import dev.acceld.probe.nvidia.nvml.Nvml;
import dev.acceld.probe.nvidia.nvml.NvmlFiles;
import dev.acceld.probe.nvidia.nvml.NvmlReturn;
import dev.acceld.probe.nvidia.nvml.Symbol;
import dev.acceld.probe.nvidia.sampling.GpuHandle;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From one {@code nvmlInit} to its {@code nvmlShutdown}: the library and the handles it gave. */
public final class NvmlSession {
  private static final Logger log = LoggerFactory.getLogger(NvmlSession.class);

  private final Nvml nvml;
  private final Instant opened;
  private final InstantSource clock;
  private @Nullable XidWatch watch;
  private @Nullable OperationalWatch operationalWatch;

  /** Why XIDs are not heard, of no GPU or of one. */
  private String noWatch = "";

  private final Map<DeviceName, String> deaf = new HashMap<>();

  /** The same of operational events; empty where they are not wanted. */
  private final Map<DeviceName, String> deafToOperational = new HashMap<>();

  private final boolean operational;
  private final String noOperational;
  private final Map<DeviceName, String> uuids = new HashMap<>();
  private final Map<DeviceName, GpuHandle> gpus = new LinkedHashMap<>();
  private final Map<Pointer, DeviceName> owners = new HashMap<>();
  private boolean stale;

  private NvmlSession(Nvml nvml, InstantSource clock, boolean operationalEvents) {
    this.nvml = nvml;
    this.clock = clock;
    noOperational = operationalEvents ? OperationalEvents.missing(nvml).orElse("") : "";
    operational = operationalEvents && noOperational.isEmpty();
    opened = clock.instant();
  }

  /**
   * Finds, loads and initialises the library.
   *
   * @param attach false when a GPU must be opened only if its handle is asked for
   * @param operationalEvents whether GPU Operational Events are listened to as well
   */
  public static NvmlSession open(
      Path driverRoot, HostFs host, InstantSource clock, boolean attach, boolean operationalEvents)
      throws ProbeUnavailableException, ProbeFailedException {
    return new NvmlSession(initialised(driverRoot, host, attach), clock, operationalEvents);
  }

  /**
   * The library alone, initialised; to be shut down and closed by whoever asked.
   *
   * @param attach as for {@link #open}
   */
  public static Nvml initialised(Path driverRoot, HostFs host, boolean attach)
      throws ProbeUnavailableException, ProbeFailedException {
    String library = library(driverRoot, host);
    Nvml nvml;
    try {
      nvml = Nvml.load(library);
    } catch (UnsatisfiedLinkError e) {
      throw new ProbeFailedException("cannot load " + library + ": " + e.getMessage());
    }
    NvmlReturn answer = attach ? nvml.init() : nvml.initWithoutAttaching();
    if (answer.ok()) {
      return nvml;
    }
    nvml.close();
    switch (answer) {
      case DRIVER_NOT_LOADED ->
          throw new ProbeUnavailableException(
              "NVIDIA's kernel driver is not loaded (" + library + " exists): load module nvidia");
      case GPU_NOT_FOUND ->
          throw new ProbeUnavailableException("NVIDIA's driver finds no GPU on this machine");
      case LIB_RM_VERSION_MISMATCH ->
          throw new ProbeFailedException(
              library
                  + " and the loaded kernel driver are of different versions:"
                  + " reload the kernel module or reboot after a driver upgrade");
      default ->
          throw new ProbeFailedException(
              new NvmlCallException(Symbol.INIT.function(), answer).getMessage());
    }
  }

  private static String library(Path driverRoot, HostFs host) throws ProbeUnavailableException {
    Optional<Path> file = NvmlFiles.find(driverRoot);
    if (file.isPresent()) {
      return file.get().toAbsolutePath().toString();
    }
    // The loader may know another place (LD_LIBRARY_PATH, ld.so.conf); ask it only where there is
    // a driver, for loading JNA costs a node without GPUs time and memory.
    if (driverRoot.equals(Path.of("/"))
        && (host.exists("/dev/nvidiactl") || host.exists("/proc/driver/nvidia/version"))) {
      return NvmlFiles.LIBRARY;
    }
    throw new ProbeUnavailableException(
        "no "
            + NvmlFiles.LIBRARY
            + " below "
            + driverRoot
            + " ("
            + NvmlFiles.places()
            + "): install NVIDIA's driver, or set its root with --nvidia-driver-root");
  }

  /** The library, initialised until {@link #close}. */
  public Nvml nvml() {
    return nvml;
  }

  /** When the library had been initialised, by the clock of the session. */
  public Instant opened() {
    return opened;
  }

  /**
   * The handles that are kept, one for each GPU; a view, which {@link #keep} and {@link #retain}
   * change.
   */
  public Collection<GpuHandle> gpus() {
    return gpus.values();
  }

  /** Keeps a handle and watches it; the one kept before stays when the pointer is the same. */
  public void keep(DeviceName name, String uuid, Pointer pointer, DeviceCalls calls) {
    uuids.put(name, uuid);
    GpuHandle before = gpus.get(name);
    if (before == null || !before.pointer.equals(pointer)) {
      if (before != null) {
        release(before, calls);
      }
      GpuHandle gpu = new GpuHandle(pointer, name);
      gpus.put(name, gpu);
      owners.put(pointer, name);
    }
  }

  /** Has another try at the GPUs whose XIDs are not heard. */
  public void listen(DeviceCalls calls) {
    if (watch != null && watch.dead() && watch.close(!calls.anyHangs())) {
      watch = null;
    }
    gpus.values().forEach(gpu -> listen(gpu, calls));
    deaf.keySet().retainAll(gpus.keySet());
    if (operational) {
      listenToOperational(calls);
    }
  }

  private void listenToOperational(DeviceCalls calls) {
    OperationalWatch current = operationalWatch;
    if (current != null && current.dead() && current.close(!calls.anyHangs())) {
      operationalWatch = null;
    }
    gpus.values().forEach(gpu -> listenToOperational(gpu, calls));
    deafToOperational.keySet().retainAll(gpus.keySet());
  }

  private void listen(GpuHandle gpu, DeviceCalls calls) {
    String before = noWatch + deaf.getOrDefault(gpu.name, "");
    try {
      if (watch == null) {
        watch = XidWatch.create(nvml, clock);
        noWatch = "";
      }
      XidWatch current = watch;
      if (!current.has(gpu)) {
        calls.about(
            gpu.name,
            () -> {
              current.add(gpu);
              return gpu;
            });
        current.begin();
      }
      deaf.remove(gpu.name);
    } catch (DeviceHangsException e) {
      deaf.put(gpu.name, e.getMessage());
    } catch (NvmlCallException e) {
      if (watch == null) {
        noWatch = e.getMessage();
      } else {
        deaf.put(gpu.name, e.getMessage());
      }
      if (!before.endsWith(e.getMessage())) {
        log.warn(
            "device={}: its XID events are not available: {}; retrying", gpu.name, e.getMessage());
      }
    }
  }

  private void listenToOperational(GpuHandle gpu, DeviceCalls calls) {
    try {
      if (operationalWatch == null) {
        operationalWatch = OperationalWatch.create(nvml, clock);
      }
      OperationalWatch current = operationalWatch;
      if (!current.has(gpu)) {
        String uuid = uuids.getOrDefault(gpu.name, "");
        calls.about(
            gpu.name,
            () -> {
              current.add(gpu, uuid);
              return gpu;
            });
        current.begin();
      }
      deafToOperational.remove(gpu.name);
    } catch (DeviceHangsException | NvmlCallException e) {
      String why = String.valueOf(e.getMessage());
      if (!why.equals(deafToOperational.put(gpu.name, why))) {
        log.warn("device={}: its operational events are not available: {}", gpu.name, why);
      }
    }
  }

  /** Why this library has no operational events; empty when it has, or none are wanted. */
  public String noOperationalEvents() {
    return noOperational;
  }

  /** Why the operational events of a GPU are not heard; empty when they are, or are not wanted. */
  public String deafToOperational(DeviceName gpu) {
    String all =
        operationalWatch == null ? noOperational : noOperational + operationalWatch.trouble();
    return all.isEmpty() ? deafToOperational.getOrDefault(gpu, "") : all;
  }

  /** Why the XIDs of a GPU are not heard; empty when they are. */
  public String deafTo(DeviceName gpu) {
    if (watch == null) {
      return noWatch;
    }
    String all = watch.trouble();
    return all.isEmpty() ? deaf.getOrDefault(gpu, "") : all;
  }

  /** The oldest event not taken yet. */
  public @Nullable DriverEvent event() {
    DriverEvent xid = watch == null ? null : watch.poll();
    return xid != null || operationalWatch == null ? xid : operationalWatch.poll();
  }

  /** Whose handle this is; those of GPUs dropped since are known too. */
  public @Nullable DeviceName owner(Pointer pointer) {
    return owners.get(pointer);
  }

  /** Whom an event is about; those of GPUs dropped since are known too. */
  public @Nullable DeviceName owner(DriverEvent event) {
    return switch (event) {
      case DriverEvent.Xid xid -> owners.get(xid.gpu());
      case DriverEvent.Operational other ->
          uuids.entrySet().stream()
              .filter(each -> each.getValue().equals(other.uuid()))
              .map(Map.Entry::getKey)
              .findFirst()
              .orElseGet(this::onlyOne);
    };
  }

  /** Whose operational events alone are listened to: then a driver need not say whose they are. */
  private @Nullable DeviceName onlyOne() {
    Pointer only = operationalWatch == null ? null : operationalWatch.only();
    return only == null ? null : owner(only);
  }

  /** Forgets the handles of all others: nothing is asked of them any more. */
  public void retain(Set<DeviceName> names, DeviceCalls calls) {
    gpus.values()
        .removeIf(gpu -> {
          boolean gone = !names.contains(gpu.name);
          if (gone) {
            release(gpu, calls);
          }
          return gone;
        });
  }

  /** A call that hangs may still write to what would be freed: that stays. */
  private void release(GpuHandle gpu, DeviceCalls calls) {
    if (!calls.hangs(gpu.name)) {
      gpu.release(nvml);
    }
  }

  /** A call said that the library must be loaded anew. */
  public void markStale() {
    stale = true;
  }

  /** True when the library must be closed and loaded anew: a call or a wait for events said so. */
  public boolean stale() {
    return stale
        || (watch != null && watch.stale())
        || (operationalWatch != null && operationalWatch.stale());
  }

  /**
   * Shuts the library down and unloads it.
   *
   * @param hangs whether a call is still under way, so that neither can be done
   */
  public void close(boolean hangs) {
    boolean waits = watch != null && !watch.close(!hangs);
    waits |= operationalWatch != null && !operationalWatch.close(!hangs);
    if (hangs || waits) {
      // Unloading code in which a thread still is would end the process.
      log.warn("a call to NVML does not return; the old library stays loaded");
      nvml.abandon();
      return;
    }
    gpus.values().forEach(gpu -> gpu.release(nvml));
    nvml.shutdown();
    nvml.close();
  }
}
