package dev.acceld.probe.nvidia;

import com.sun.jna.Pointer;
import dev.acceld.device.DeviceName;
import dev.acceld.host.HostFs;
import dev.acceld.probe.ProbeFailure;
import dev.acceld.probe.ProbeUnavailable;
import dev.acceld.probe.nvidia.nvml.Nvml;
import dev.acceld.probe.nvidia.nvml.NvmlFiles;
import dev.acceld.probe.nvidia.nvml.NvmlReturn;
import dev.acceld.probe.nvidia.nvml.Symbol;
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
final class NvmlSession {
  private static final Logger log = LoggerFactory.getLogger(NvmlSession.class);

  private final Nvml nvml;
  private final Instant opened;
  private final InstantSource clock;
  private @Nullable XidWatch watch;

  /** Why XIDs are not heard, of no GPU or of one. */
  private String noWatch = "";

  private final Map<DeviceName, String> deaf = new HashMap<>();
  private final Map<DeviceName, GpuHandle> gpus = new LinkedHashMap<>();
  private final Map<Pointer, DeviceName> owners = new HashMap<>();
  private boolean stale;

  private NvmlSession(Nvml nvml, InstantSource clock) {
    this.nvml = nvml;
    this.clock = clock;
    opened = clock.instant();
  }

  /**
   * Finds, loads and initialises the library.
   *
   * @param attach false when a GPU must be opened only if its handle is asked for
   */
  static NvmlSession open(Path driverRoot, HostFs host, InstantSource clock, boolean attach)
      throws ProbeUnavailable, ProbeFailure {
    return new NvmlSession(initialised(driverRoot, host, attach), clock);
  }

  /**
   * The library alone, initialised; to be shut down and closed by whoever asked.
   *
   * @param attach as for {@link #open}
   */
  static Nvml initialised(Path driverRoot, HostFs host, boolean attach)
      throws ProbeUnavailable, ProbeFailure {
    String library = library(driverRoot, host);
    Nvml nvml;
    try {
      nvml = Nvml.load(library);
    } catch (UnsatisfiedLinkError e) {
      throw new ProbeFailure("cannot load " + library + ": " + e.getMessage());
    }
    NvmlReturn answer = attach ? nvml.init() : nvml.initWithoutAttaching();
    if (answer.ok()) {
      return nvml;
    }
    nvml.close();
    switch (answer) {
      case DRIVER_NOT_LOADED ->
          throw new ProbeUnavailable(
              "NVIDIA's kernel driver is not loaded ("
                  + library
                  + " is there): load module nvidia");
      case GPU_NOT_FOUND ->
          throw new ProbeUnavailable("NVIDIA's driver finds no GPU on this machine");
      case LIB_RM_VERSION_MISMATCH ->
          throw new ProbeFailure(
              library
                  + " and the loaded kernel driver are of different versions:"
                  + " reload the kernel module or reboot after a driver upgrade");
      default ->
          throw new ProbeFailure(new CallFailed(Symbol.INIT.function(), answer).getMessage());
    }
  }

  private static String library(Path driverRoot, HostFs host) throws ProbeUnavailable {
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
    throw new ProbeUnavailable(
        "no "
            + NvmlFiles.LIBRARY
            + " below "
            + driverRoot
            + " ("
            + NvmlFiles.places()
            + "): install NVIDIA's driver, or name its root with --nvidia-driver-root");
  }

  Nvml nvml() {
    return nvml;
  }

  Instant opened() {
    return opened;
  }

  Collection<GpuHandle> gpus() {
    return gpus.values();
  }

  /** Keeps a handle and watches it; the one kept before stays when the pointer is the same. */
  void keep(DeviceName name, Pointer pointer, DeviceCalls calls) {
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
  void listen(DeviceCalls calls) {
    if (watch != null && watch.dead() && watch.close(!calls.anyHangs())) {
      watch = null;
    }
    gpus.values().forEach(gpu -> listen(gpu, calls));
    deaf.keySet().retainAll(gpus.keySet());
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
    } catch (DeviceHangs e) {
      deaf.put(gpu.name, e.getMessage());
    } catch (CallFailed e) {
      if (watch == null) {
        noWatch = e.getMessage();
      } else {
        deaf.put(gpu.name, e.getMessage());
      }
      if (!before.endsWith(e.getMessage())) {
        log.warn("device={}: its XIDs are not heard: {}; tried again", gpu.name, e.getMessage());
      }
    }
  }

  /** Why the XIDs of a GPU are not heard; empty when they are. */
  String deafTo(DeviceName gpu) {
    if (watch == null) {
      return noWatch;
    }
    String all = watch.trouble();
    return all.isEmpty() ? deaf.getOrDefault(gpu, "") : all;
  }

  /** The oldest XID event not taken yet. */
  XidWatch.@Nullable Event event() {
    return watch == null ? null : watch.poll();
  }

  /** Whose handle this is; those of GPUs dropped since are known too. */
  @Nullable DeviceName owner(Pointer pointer) {
    return owners.get(pointer);
  }

  /** Forgets the handles of all others: nothing is asked of them any more. */
  void retain(Set<DeviceName> names, DeviceCalls calls) {
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
  void markStale() {
    stale = true;
  }

  boolean stale() {
    return stale || (watch != null && watch.stale());
  }

  /**
   * Shuts the library down and unloads it.
   *
   * @param hangs whether a call is still under way, so that neither can be done
   */
  void close(boolean hangs) {
    boolean waits = watch != null && !watch.close(!hangs);
    if (hangs || waits) {
      // Unloading code in which a thread still is would end the process.
      log.warn("a call to NVML does not come back; the old library stays loaded");
      nvml.abandon();
      return;
    }
    gpus.values().forEach(gpu -> gpu.release(nvml));
    nvml.shutdown();
    nvml.close();
  }
}
