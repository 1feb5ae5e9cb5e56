package dev.acceld.probe.amd.sampling;

import dev.acceld.device.DeviceName;
import dev.acceld.device.Metric;
import dev.acceld.device.MetricDimension;
import dev.acceld.device.Sample;
import dev.acceld.health.amd.RasBlock;
import dev.acceld.host.HostFile;
import dev.acceld.host.HostFs;
import dev.acceld.probe.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one GPU: some twenty small files, none of which opens the device. A file that is missing or
 * fails costs its value only. Errors and bad pages are read every five seconds, for the driver asks
 * the hardware for each block; in between, samples repeat them. They are also read before a reset
 * is told, which ends the faults of before. Not safe for threads.
 */
public final class GpuSampler {
  /** A little less than five seconds, so that a sample that comes early is no reason to wait. */
  private static final long RAS_NANOS = Duration.ofMillis(4500).toNanos();

  private static final double MILLIDEGREE = 1e-3;
  private static final double MICROWATT = 1e-6;
  private static final double PERCENT = 1e-2;

  private static final int SHUTDOWN = MetricDimension.THRESHOLD.names().indexOf("shutdown");
  private static final int SLOWDOWN = MetricDimension.THRESHOLD.names().indexOf("slowdown");
  private static final int MEMORY = MetricDimension.THRESHOLD.names().indexOf("memory");
  private static final int NAK_SENT = MetricDimension.PCIE_ERROR.names().indexOf("nak-sent");
  private static final int NAK_RECEIVED =
      MetricDimension.PCIE_ERROR.names().indexOf("nak-received");

  private final HostFs host;
  private final String device;
  private final HostFile pageParameter;
  private final RasWatch ras;
  private final PageWatch pages;
  private final RestartWatch restart;
  private final Throttling throttling = new Throttling();
  private final Map<RasBlock, RasErrors> errors = new EnumMap<>(RasBlock.class);
  private GpuFiles files;
  private @Nullable Long rasAt;

  /**
   * Of a GPU.
   *
   * @param directory in sysfs, with a slash at its end
   * @param signals told what changes, while it reads
   */
  public GpuSampler(HostFs host, String directory, DeviceName name, Consumer<Signal> signals) {
    this.host = host;
    this.device = directory;
    pageParameter = host.file("/sys/module/amdgpu/parameters/bad_page_threshold");
    ras = new RasWatch(name, signals);
    pages = new PageWatch(name, signals);
    restart = new RestartWatch(name, signals);
    files = GpuFiles.of(host, directory, null);
  }

  /** Looks which files there are: a new load of the driver may have brought others. */
  public void refresh() {
    files = GpuFiles.of(host, device, files);
  }

  /** Puts one reading of everything into a sample. */
  public void read(Sample.Builder sample, Instant at, long nanos) {
    GpuMetrics metrics =
        files.metrics().read(GpuMetrics.MOST_BYTES, GpuMetrics::of, GpuMetrics.NONE);
    boolean restarted = restart.look(metrics.joules(), metrics.isNarrow());
    if (restarted || rasAt == null || nanos - rasAt >= RAS_NANOS) {
      rasAt = nanos;
      errors(at, nanos);
    }
    if (restart.isFound() && !ras.isWaiting(nanos)) {
      restart.tell(at);
    }
    ras.put(sample);
    pages.put(sample);
    load(metrics, sample);
    HwmonFiles sensors = files.hwmon();
    temperatures(metrics, sensors, sample);
    if (sensors != null) {
      limits(sensors, sample);
    }
    power(metrics, sensors, sample);
    clocks(metrics, sensors, sample);
    throttling.put(metrics, sample);
    double replays = value(files.replays(), 1);
    put(sample, Metric.PCIE_REPLAYS, Double.isNaN(replays) ? metrics.replays() : replays);
    put(sample, Metric.PCIE_ERRORS, NAK_SENT, metrics.naksSent());
    put(sample, Metric.PCIE_ERRORS, NAK_RECEIVED, metrics.naksReceived());
  }

  private void errors(Instant at, long nanos) {
    errors.clear();
    boolean all = true;
    for (GpuFiles.Block block : files.ras()) {
      Optional<RasErrors> now =
          block.file().read(RasErrors.MOST_BYTES, RasErrors::of, Optional.empty());
      if (now.isEmpty()) {
        all = false;
      } else {
        errors.merge(
            block.block(),
            now.get(),
            (a, b) ->
                new RasErrors(
                    a.uncorrectable() + b.uncorrectable(), a.correctable() + b.correctable()));
      }
    }
    if (files.ras().isEmpty()) {
      ras.none(at);
    } else if (ras.look(errors, all, at, nanos)) {
      restart.restart();
    }
    Optional<BadPages> now =
        files
            .badPages()
            .read(
                BadPages.MOST_BYTES,
                (bytes, end) -> Optional.of(BadPages.of(bytes, end)),
                Optional.empty());
    pages.look(
        now.orElse(null),
        PageWatch.threshold(pageParameter.number(), files.memoryTotal().number()),
        at);
  }

  private void load(GpuMetrics metrics, Sample.Builder sample) {
    put(sample, Metric.UTILIZATION, share(files.busy(), metrics.activity()));
    put(sample, Metric.MEMORY_UTILIZATION, share(files.memoryBusy(), metrics.memoryActivity()));
    OptionalLong total = files.memoryTotal().number();
    OptionalLong used = files.memoryUsed().number();
    if (total.isPresent() && total.getAsLong() > 0) {
      sample.put(Metric.MEMORY_TOTAL, total.getAsLong());
      if (used.isPresent() && used.getAsLong() >= 0 && used.getAsLong() <= total.getAsLong()) {
        sample.put(Metric.MEMORY_USED, used.getAsLong());
        sample.put(Metric.MEMORY_FREE, total.getAsLong() - used.getAsLong());
      }
    }
  }

  private static double share(HostFile percent, double otherwise) {
    double share = value(percent, PERCENT);
    return share >= 0 && share <= 1 ? share : otherwise;
  }

  /** The hottest spot decides when a GPU slows down; older chips measure the edge only. */
  private static void temperatures(
      GpuMetrics metrics, @Nullable HwmonFiles sensors, Sample.Builder sample) {
    HwmonFiles.Temperature hotspot = sensors == null ? null : sensors.hotspot();
    HwmonFiles.Temperature edge = sensors == null ? null : sensors.edge();
    HwmonFiles.Temperature memory = sensors == null ? null : sensors.memory();
    double chip = temperature(hotspot, metrics.hotspot());
    boolean isHotspot = !Double.isNaN(chip);
    HwmonFiles.Temperature sensor = isHotspot ? hotspot : edge;
    put(sample, Metric.TEMPERATURE, isHotspot ? chip : temperature(edge, metrics.edge()));
    put(sample, Metric.MEMORY_TEMPERATURE, temperature(memory, metrics.memory()));
    if (sensor != null) {
      threshold(sample, SLOWDOWN, sensor.critical());
      threshold(sample, SHUTDOWN, sensor.emergency());
    }
    if (memory != null) {
      threshold(sample, MEMORY, memory.critical());
    }
  }

  private static double temperature(HwmonFiles.@Nullable Temperature sensor, double otherwise) {
    double celsius = sensor == null ? Double.NaN : value(sensor.now(), MILLIDEGREE);
    return Double.isNaN(celsius) ? otherwise : celsius;
  }

  /** Chips without that limit say 0. */
  private static void threshold(Sample.Builder sample, int which, HostFile file) {
    double celsius = value(file, MILLIDEGREE);
    if (celsius > 0) {
      sample.put(Metric.TEMPERATURE_THRESHOLD, which, celsius);
    }
  }

  private static void limits(HwmonFiles sensors, Sample.Builder sample) {
    put(sample, Metric.POWER_LIMIT, watts(sensors.powerCap()));
    put(sample, Metric.POWER_LIMIT_DEFAULT, watts(sensors.powerCapDefault()));
    put(sample, Metric.POWER_LIMIT_LEAST, value(sensors.powerCapMin(), MICROWATT));
    put(sample, Metric.POWER_LIMIT_MOST, watts(sensors.powerCapMax()));
    double most = value(sensors.fanMax(), 1);
    double fan = value(sensors.fan(), 1);
    if (most > 0 && fan >= 0) {
      sample.put(Metric.FAN_SPEED, fan / most);
    }
  }

  /** Chips have power1_input, power1_average, or both; the first is of this moment. */
  private static void power(
      GpuMetrics metrics, @Nullable HwmonFiles sensors, Sample.Builder sample) {
    double average = sensors == null ? Double.NaN : watts(sensors.powerAverage());
    double now = sensors == null ? Double.NaN : watts(sensors.power());
    if (Double.isNaN(now)) {
      now = Double.isNaN(metrics.watts()) ? average : metrics.watts();
    }
    put(sample, Metric.POWER, now);
    put(sample, Metric.POWER_AVERAGE, average);
    put(sample, Metric.ENERGY, metrics.joules());
  }

  /** Nothing draws 0 W: older drivers say so of a die whose power another one measures. */
  private static double watts(HostFile file) {
    double watts = value(file, MICROWATT);
    return watts > 0 ? watts : Double.NaN;
  }

  private static void clocks(
      GpuMetrics metrics, @Nullable HwmonFiles sensors, Sample.Builder sample) {
    double clock = sensors == null ? Double.NaN : value(sensors.clock(), 1);
    double memory = sensors == null ? Double.NaN : value(sensors.memoryClock(), 1);
    put(sample, Metric.SM_CLOCK, Double.isNaN(clock) ? metrics.clock() : clock);
    put(sample, Metric.MEMORY_CLOCK, Double.isNaN(memory) ? metrics.memoryClock() : memory);
    put(sample, Metric.VIDEO_CLOCK, metrics.videoClock());
  }

  private static double value(HostFile file, double unit) {
    OptionalLong number = file.number();
    return number.isPresent() ? number.getAsLong() * unit : Double.NaN;
  }

  private static void put(Sample.Builder sample, Metric metric, double value) {
    put(sample, metric, 0, value);
  }

  private static void put(Sample.Builder sample, Metric metric, int part, double value) {
    if (value >= 0) {
      sample.put(metric, part, value);
    }
  }
}
