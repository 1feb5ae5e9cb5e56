package dev.acceld.telemetry;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The agent's own process under the names that Prometheus' client libraries use. Read from {@code
 * /proc/self} and {@link Runtime}: the JVM's management beans cost some hundred classes for the
 * same figures. What cannot be read is no series.
 */
final class ProcessCollector implements MultiCollector {
  /** USER_HZ: the unit of proc(5) stat times, 100 on every Linux that a JVM runs on. */
  private static final double TICKS_PER_SECOND = 100;

  private final Path proc;
  private final Optional<Instant> started = ProcessHandle.current().info().startInstant();

  ProcessCollector() {
    this(Path.of("/proc/self"));
  }

  ProcessCollector(Path proc) {
    this.proc = proc;
  }

  @Override
  public MetricSnapshots collect() {
    List<MetricSnapshot> out = new ArrayList<>();
    add(
        out,
        MetricFamily.counter(
            "process_cpu_seconds_total",
            "User and system CPU time of the agent.",
            (v, f) -> cpuSeconds(read("stat")).ifPresent(s -> f.add(Labels.EMPTY, s))));
    String status = read("status");
    add(
        out,
        MetricFamily.gauge(
            "process_resident_memory_bytes",
            "Resident memory of the agent.",
            (v, f) -> field(status, "VmRSS:").ifPresent(kib -> f.add(Labels.EMPTY, kib * 1024))));
    add(
        out,
        MetricFamily.gauge(
            "process_threads",
            "Threads of the agent.",
            (v, f) -> field(status, "Threads:").ifPresent(n -> f.add(Labels.EMPTY, n))));
    add(
        out,
        MetricFamily.gauge(
            "process_open_fds",
            "Open file descriptors of the agent.",
            (v, f) -> openFiles().ifPresent(n -> f.add(Labels.EMPTY, n))));
    add(
        out,
        MetricFamily.gauge(
            "process_start_time_seconds",
            "Start time of the agent since the Unix epoch.",
            (v, f) -> started.ifPresent(at -> f.add(Labels.EMPTY, at.toEpochMilli() / 1e3))));
    Runtime runtime = Runtime.getRuntime();
    Labels heap = Labels.of("area", "heap");
    long total = runtime.totalMemory();
    add(
        out,
        MetricFamily.gauge(
            "jvm_memory_used_bytes",
            "Used Java heap, including garbage.",
            (v, f) -> f.add(heap, total - runtime.freeMemory())));
    add(
        out,
        MetricFamily.gauge(
            "jvm_memory_committed_bytes", "Committed Java heap.", (v, f) -> f.add(heap, total)));
    add(
        out,
        MetricFamily.gauge(
            "jvm_memory_max_bytes",
            "Maximum size of the Java heap.",
            (v, f) -> f.add(heap, runtime.maxMemory())));
    return new MetricSnapshots(out);
  }

  private static void add(List<MetricSnapshot> out, MetricFamily family) {
    MetricFamilyBuilder builder = new MetricFamilyBuilder(family);
    family.points().accept(NodeView.EMPTY, builder);
    MetricSnapshot snapshot = builder.build();
    if (snapshot != null) {
      out.add(snapshot);
    }
  }

  /** Fields 14 and 15 of proc(5) stat; the command in field 2 may hold spaces and brackets. */
  static OptionalDouble cpuSeconds(@Nullable String stat) {
    if (stat == null) {
      return OptionalDouble.empty();
    }
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
    if (fields.length < 13) {
      return OptionalDouble.empty();
    }
    try {
      return OptionalDouble.of(
          (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND);
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }

  /** The number after a key of proc(5) status. */
  static OptionalDouble field(@Nullable String status, String key) {
    int at = status == null ? -1 : status.indexOf("\n" + key);
    if (status == null || at < 0) {
      return OptionalDouble.empty();
    }
    int end = status.indexOf('\n', at + 1);
    String value = status.substring(at + 1 + key.length(), end < 0 ? status.length() : end).strip();
    int space = value.indexOf(' ');
    try {
      return OptionalDouble.of(Long.parseLong(space < 0 ? value : value.substring(0, space)));
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }

  private OptionalDouble openFiles() {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(proc.resolve("fd"))) {
      int n = 0;
      for (Path unused : files) {
        n++;
      }
      return OptionalDouble.of(n);
    } catch (IOException e) {
      return OptionalDouble.empty();
    }
  }

  private @Nullable String read(String file) {
    try {
      return Files.readString(proc.resolve(file));
    } catch (IOException e) {
      return null;
    }
  }
}
