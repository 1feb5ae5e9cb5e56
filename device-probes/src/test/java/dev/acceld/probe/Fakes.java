package dev.acceld.probe;

import dev.acceld.device.Capacity;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.Kind;
import dev.acceld.device.Metric;
import dev.acceld.device.Readings;
import dev.acceld.device.Sample;
import dev.acceld.device.TpuChip;
import dev.acceld.device.Vendor;
import dev.acceld.health.nvidia.NvidiaHealthRules;
import dev.acceld.vendor.HealthRulebook;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeSet;

/** Devices and a probe made up for tests. */
public final class Fakes {
  /** What NVIDIA knows of faults. */
  public static final HealthRulebook RULES =
      new HealthRulebook(Map.of(Vendor.NVIDIA, new NvidiaHealthRules()));

  private Fakes() {}

  public static DeviceName name(String value) {
    return new DeviceName(value);
  }

  public static Device gpu(String name) {
    return gpu(name, name);
  }

  /** A GPU that shares its physical part with others of the same. */
  public static Device gpu(String name, String physical) {
    return gpu(name, physical, "GPU-" + name);
  }

  /** A GPU with that UUID. */
  public static Device gpu(String name, String physical, String uuid) {
    DeviceCommon common = common(name, "gpu", Vendor.NVIDIA, Kind.GPU, physical);
    Optional<String> serial = Optional.empty();
    OptionalInt none = OptionalInt.empty();
    return new Gpu(common, uuid, "H100", serial, none, none, 80L << 30, "580.1.2");
  }

  /** A GPU of that vendor. */
  public static Device gpu(String name, Vendor vendor) {
    DeviceCommon common = common(name, "gpu", vendor, Kind.GPU, name);
    OptionalInt none = OptionalInt.empty();
    return new Gpu(common, "GPU-" + name, "GPU", Optional.empty(), none, none, 64L << 30, "6.14.0");
  }

  public static Device tpu(String name) {
    return tpu(name, name);
  }

  /** A TPU that is made of those physical parts. */
  public static Device tpu(String name, String... physical) {
    DeviceCommon common = common(name, "tpu-chip", Vendor.GOOGLE, Kind.TPU, physical);
    return new TpuChip(common, "v6e", 0, OptionalLong.of(32L << 30), 1);
  }

  private static DeviceCommon common(
      String name, String type, Vendor vendor, Kind kind, String... physical) {
    return new DeviceCommon(
        name(name),
        type,
        vendor,
        kind,
        new TreeSet<>(List.of(physical)),
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        Map.of(),
        Map.of("memory", new Capacity(1)),
        List.of());
  }

  /** A monotonic clock, and a clock of the day, moved by hand. */
  public static final class HandClock {
    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
    private long nanos = Long.MAX_VALUE - 1_000_000_000L; // Overflows early, as it may.
    private long passed;

    public synchronized void seconds(double seconds) {
      nanos += (long) (seconds * 1e9);
      passed += (long) (seconds * 1e9);
    }

    public synchronized Instant instant() {
      return START.plusNanos(passed);
    }

    public synchronized long nanos() {
      return nanos;
    }
  }

  /** A probe that does as it is told. */
  static final class FakeProbe implements Probe {
    private final String name;
    volatile Work work = () -> {};
    volatile Work readWork = () -> {};
    volatile List<Device> devices;
    final List<Signal> pending = new ArrayList<>();
    volatile int discoveries;
    volatile int reads;
    volatile boolean closed;

    interface Work {
      void run() throws ProbeFailedException, ProbeUnavailableException;
    }

    FakeProbe(String name, Device... devices) {
      this.name = name;
      this.devices = List.of(devices);
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Discovery discover() throws ProbeFailedException, ProbeUnavailableException {
      discoveries++;
      work.run();
      return new Discovery(devices, List.of());
    }

    @Override
    public Readings read(List<Device> of) {
      reads++;
      try {
        readWork.run();
      } catch (ProbeFailedException | ProbeUnavailableException e) {
        throw new IllegalStateException(e);
      }
      Map<DeviceName, Sample> values = new HashMap<>();
      of.forEach(
          device -> values.put(device.name(), Sample.of(Map.of(Metric.POWER, (double) reads))));
      return new Readings(Instant.EPOCH, values);
    }

    @Override
    public List<Signal> signals() {
      List<Signal> now = List.copyOf(pending);
      pending.clear();
      return now;
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
