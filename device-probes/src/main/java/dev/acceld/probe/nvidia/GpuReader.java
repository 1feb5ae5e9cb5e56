package dev.acceld.probe.nvidia;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.MigDevice;
import dev.acceld.device.Sample;
import dev.acceld.device.process.DeviceProcess;
import dev.acceld.probe.nvidia.discovery.DeviceReaders;
import dev.acceld.probe.nvidia.sampling.GpuHandle;
import dev.acceld.probe.nvidia.sampling.Sampler;
import dev.acceld.probe.nvidia.session.DeviceCalls;
import dev.acceld.probe.nvidia.session.DeviceHangsException;
import dev.acceld.probe.nvidia.session.NvmlCallException;
import dev.acceld.probe.nvidia.session.NvmlSession;
import dev.acceld.probe.nvidia.signals.SignalTracker;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One sample of all GPUs of a session and their partitions, and what was noticed on the way. */
final class GpuReader {
  private final NvmlSession session;
  private final DeviceReaders instruments;
  private final DeviceCalls calls;
  private final SignalTracker trouble;
  private final InstantSource clock;

  GpuReader(
      NvmlSession session,
      DeviceReaders instruments,
      DeviceCalls calls,
      SignalTracker trouble,
      InstantSource clock) {
    this.session = session;
    this.instruments = instruments;
    this.calls = calls;
    this.trouble = trouble;
    this.clock = clock;
  }

  /**
   * What was read.
   *
   * @param values what was measured, by device
   * @param processes who uses it, by device
   */
  record Read(Map<DeviceName, Sample> values, Map<DeviceName, List<DeviceProcess>> processes) {
    Read() {
      this(new HashMap<>(), new HashMap<>());
    }

    private void put(DeviceName name, Sample sample, Optional<List<DeviceProcess>> users) {
      values.put(name, sample);
      users.ifPresent(all -> processes.put(name, all));
    }

    private void putAll(Read other) {
      values.putAll(other.values);
      processes.putAll(other.processes);
    }
  }

  /** What those devices measure; one that cannot be read is left out. */
  Read read(List<Device> devices) {
    Set<DeviceName> wanted = new HashSet<>();
    List<MigDevice> parts = new ArrayList<>();
    for (Device device : devices) {
      wanted.add(device.name());
      if (device instanceof MigDevice part && part.instance().isPresent()) {
        parts.add(part);
      }
    }
    Read all = new Read();
    calls.beginPass();
    for (GpuHandle gpu : session.gpus()) {
      gpu.heard = session.deafTo(gpu.name).isEmpty();
      try {
        if (!read(gpu, wanted, parts, all)) {
          break;
        }
        trouble.comesBack(gpu.name, clock.instant());
      } catch (DeviceHangsException e) {
        trouble.hangs(gpu.name, clock.instant(), e.getMessage());
      } catch (NvmlCallException e) {
        throw new IllegalStateException(e); // a sampler keeps them to itself
      }
    }
    return all;
  }

  /** Reads a GPU and its partitions; false when the library must be loaded anew. */
  private boolean read(GpuHandle gpu, Set<DeviceName> wanted, List<MigDevice> parts, Read all)
      throws NvmlCallException, DeviceHangsException {
    Sampler sampler = instruments.sampler();
    Sample read = calls.about(gpu.name, () -> sampler.read(gpu));
    if (sampler.stale()) {
      session.markStale();
      return false;
    }
    note(gpu.name, sampler, read);
    if (sampler.answered()) {
      if (wanted.contains(gpu.name)) {
        all.put(gpu.name, read, sampler.processes());
      }
      if (parts.stream().anyMatch(part -> part.parent().equals(gpu.name))) {
        all.putAll(calls.about(gpu.name, () -> readParts(sampler, gpu, parts)));
      }
    }
    return true;
  }

  private static Read readParts(Sampler sampler, GpuHandle gpu, List<MigDevice> parts) {
    Read all = new Read();
    for (MigDevice part : parts) {
      MigDevice.Instance instance = part.instance().orElse(null);
      if (instance != null && part.parent().equals(gpu.name)) {
        Sample read = sampler.read(gpu, part, instance);
        if (!read.isEmpty()) {
          all.put(part.name(), read, sampler.processes());
        }
      }
    }
    return all;
  }

  private void note(DeviceName name, Sampler sampler, Sample sample) {
    Instant now = clock.instant();
    if (sampler.isLost()) {
      trouble.lost(name, now, sampler.lostDetail());
    } else if (sampler.answered()) {
      trouble.answers(name, now);
      trouble.defects(name, now, sample);
    }
    if (sampler.action() >= 0) {
      trouble.action(name, now, sampler.action(), sampler.actionTold());
    }
  }
}
