package dev.acceld.probe.nvidia.mig;

import com.sun.jna.Pointer;
import dev.acceld.device.Gpu;
import dev.acceld.device.MigDevice;
import dev.acceld.host.HostFs;
import dev.acceld.probe.nvidia.nvml.Nvml;
import dev.acceld.probe.nvidia.nvml.NvmlReturn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * From a GPU to what is offered of it: the whole, its partitions as they are, or all that it can be
 * cut into. Belongs to the probe's thread.
 */
public final class MigScan {
  /** From this architecture on MIG mode is switched without a reset (Hopper). */
  static final int SWITCHES_AT_ONCE = 9;

  private final MigSelector onDemand;
  private final MigDevices devices;

  /** They do not change while a driver runs, and asking takes dozens of calls. */
  private final Map<String, List<MigProfile>> profiles = new ConcurrentHashMap<>();

  /**
   * What to offer of one GPU.
   *
   * @param whole the GPU, offered or not
   * @param partitions its partitions
   * @param problems one sentence for each thing that cannot be offered as was meant
   */
  public record Found(Gpu whole, List<MigDevice> partitions, List<String> problems) {
    /** Takes copies. */
    public Found {
      partitions = List.copyOf(partitions);
      problems = List.copyOf(problems);
    }
  }

  /** For the GPUs of that host. */
  public MigScan(MigSelector onDemand, HostFs host) {
    this.onDemand = onDemand;
    this.devices = new MigDevices(host);
  }

  /** Another driver may have other profiles. */
  public void forget() {
    profiles.clear();
  }

  /**
   * Looks at one GPU.
   *
   * @param architecture NVML's number, 0 when it is not known
   * @throws MigCallException when the driver does not answer what must be known
   */
  public Found look(Nvml nvml, Pointer pointer, Gpu gpu, int architecture) throws MigCallException {
    MigReader reader = new MigReader(nvml);
    Optional<MigMode> mode = mode(reader, pointer);
    boolean selected = onDemand.selects(gpu);
    if (mode.isEmpty()) {
      return selected && !onDemand.all()
          ? whole(gpu, "partitions on demand are configured, but this GPU does not support MIG")
          : new Found(gpu, List.of(), List.of());
    }
    boolean on = mode.get().on();
    if (selected && (on || architecture >= SWITCHES_AT_ONCE)) {
      List<MigProfile> all = profilesOf(reader, pointer, gpu);
      if (all.stream().anyMatch(p -> !p.starts().isEmpty())) {
        List<MigInstance> there = on ? reader.instances(pointer, all) : List.of();
        return possible(gpu, all, there, architecture);
      }
      if (!on) {
        return whole(
            gpu,
            "this driver does not report partitions while MIG mode is off; enable it (nvidia-smi"
                + " -mig 1) to publish them");
      }
    }
    if (on) {
      return existing(reader, pointer, gpu);
    }
    if (selected) {
      return whole(
          gpu,
          mode.get().pending()
              ? "MIG mode takes effect at the GPU's next reset; until then, only the whole GPU is"
                  + " published"
              : "partitions on demand need MIG mode, and enabling it on this GPU needs a reset:"
                  + " nvidia-smi -mig 1, then reset the GPU; until then, only the whole GPU is"
                  + " published");
    }
    return new Found(gpu, List.of(), List.of());
  }

  /** A driver that cannot say whether it is on costs this answer, not the GPU. */
  private static Optional<MigMode> mode(MigReader reader, Pointer pointer) throws MigCallException {
    try {
      return reader.mode(pointer);
    } catch (MigCallException e) {
      if (e.answer() == NvmlReturn.GPU_IS_LOST || e.answer().stale()) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private Found possible(Gpu gpu, List<MigProfile> all, List<MigInstance> there, int architecture) {
    MigCounters counters = new MigCounters(gpu.name(), all);
    Gpu counted = gpu.with(gpu.common().taking(counters.whole()));
    // Without a way to switch MIG mode off, the whole GPU cannot be used; 7g is nearly that.
    boolean whole = architecture >= SWITCHES_AT_ONCE;
    return new Found(
        whole ? counted : gpu.with(gpu.common().withheld()),
        devices.possible(gpu, all, counters).stream()
            .map(device -> MigDevices.found(device, there))
            .toList(),
        List.of());
  }

  private Found existing(MigReader reader, Pointer pointer, Gpu gpu) throws MigCallException {
    List<MigProfile> all = profilesOf(reader, pointer, gpu);
    List<String> problems = new ArrayList<>();
    List<MigDevice> there = devices.existing(gpu, reader.instances(pointer, all), problems);
    if (there.isEmpty() && problems.isEmpty()) {
      problems.add(
          gpu.name()
              + ": it is in MIG mode, so the whole GPU cannot be used, and it has no partition"
              + " (nvidia-smi -mig 0 disables MIG mode, nvidia-smi mig -cgi 19 -C creates a"
              + " partition)");
    }
    return new Found(gpu.with(gpu.common().withheld()), there, problems);
  }

  private static Found whole(Gpu gpu, String problem) {
    return new Found(gpu, List.of(), List.of(gpu.name() + ": " + problem));
  }

  private List<MigProfile> profilesOf(MigReader reader, Pointer pointer, Gpu gpu)
      throws MigCallException {
    List<MigProfile> known = profiles.get(gpu.uuid());
    if (known == null || known.stream().allMatch(p -> p.starts().isEmpty())) {
      known = reader.profiles(pointer);
      profiles.put(gpu.uuid(), known);
    }
    return known;
  }
}
