package dev.acceld.telemetry;

import dev.acceld.snapshot.NodeSnapshot;
import dev.acceld.snapshot.NodeSnapshots;
import dev.acceld.telemetry.meters.ApiMeters;
import dev.acceld.telemetry.meters.ClaimMeters;
import dev.acceld.telemetry.meters.ExemplarContext;
import dev.acceld.telemetry.meters.FaultMeters;
import dev.acceld.telemetry.meters.FlightMeters;
import dev.acceld.telemetry.meters.KubeletMeters;
import dev.acceld.telemetry.meters.RepairMeters;
import dev.acceld.telemetry.meters.SliceMeters;
import dev.acceld.telemetry.meters.StartupMeters;
import dev.acceld.telemetry.text.Exposition;
import dev.acceld.telemetry.text.ExpositionBuffer;
import dev.acceld.telemetry.text.TextFormat;
import dev.acceld.usage.UsageReport;
import dev.acceld.workload.PodWorkload;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All that Prometheus sees. Made first, so that the other parts can be given their meters; {@link
 * #bind} adds the device series once there is something to ask.
 *
 * <p>{@link #scrape} costs about two milliseconds and touches no hardware; it never throws for a
 * part's sake. Any thread.
 */
public final class Telemetry implements AutoCloseable {
  private static final String METERS = "meters";

  /** The last line of OpenMetrics. */
  private static final String END = "# EOF\n";

  private final TelemetrySettings settings;
  private final PrometheusRegistry prometheus = new PrometheusRegistry();
  private final PrometheusMeterRegistry meterRegistry;
  private final ScrapeErrors errors = new ScrapeErrors();
  private final ClaimMeters claims;
  private final SliceMeters slices;
  private final KubeletMeters kubelet;
  private final ApiMeters api;
  private final StartupMeters startups;
  private final RepairMeters repairs;
  private final FlightMeters flight;
  private final FaultMeters faults;
  private volatile @Nullable DeviceCollector devices;
  private volatile Supplier<Map<String, Boolean>> conditions = Map::of;
  private final Map<TextFormat, FamilyWriter> writers = new EnumMap<>(TextFormat.class); // its lock
  private volatile int lastSize = 16 * 1024;

  /** With the process's own figures. */
  public Telemetry(TelemetrySettings settings) {
    this(settings, new ProcessCollector());
  }

  /** With collectors of the caller's choice beside the devices and the meters. */
  Telemetry(TelemetrySettings settings, MultiCollector... others) {
    this.settings = settings;
    this.meterRegistry =
        new PrometheusMeterRegistry(
            PrometheusConfig.DEFAULT,
            prometheus,
            io.micrometer.core.instrument.Clock.SYSTEM,
            new ExemplarContext());
    this.claims = new ClaimMeters(meterRegistry);
    this.slices = new SliceMeters(meterRegistry);
    this.kubelet = new KubeletMeters(meterRegistry);
    this.api = new ApiMeters(meterRegistry);
    this.startups = new StartupMeters(meterRegistry);
    this.repairs = new RepairMeters(meterRegistry);
    this.flight = new FlightMeters(meterRegistry);
    this.faults = new FaultMeters(meterRegistry);
    errors.expect(METERS);
    for (MultiCollector other : others) {
      prometheus.register(other);
    }
  }

  /** The fields of dcgm-exporter that can be served, under all their names. */
  public static Set<String> dcgmFields() {
    return DcgmFamilies.all().stream().map(MetricFamily::name).collect(Collectors.toSet());
  }

  /** Counts a source of snapshots that fails, one of {@link NodeSnapshots#SOURCES}. */
  public void failed(String source, RuntimeException cause) {
    errors.count(source, cause);
  }

  /**
   * Adds the series of devices, claims and probes. Once.
   *
   * @param snapshots asked once for each scrape, on the scrape's thread
   * @param usage asked as well
   */
  public void bind(Supplier<NodeSnapshot> snapshots, Supplier<UsageReport> usage) {
    bind(snapshots, usage, List::of);
  }

  /**
   * The same, with the workloads of pods.
   *
   * @param workloads asked once for each scrape, too
   */
  public void bind(
      Supplier<NodeSnapshot> snapshots,
      Supplier<UsageReport> usage,
      Supplier<List<PodWorkload>> workloads) {
    if (devices != null) {
      throw new IllegalStateException("the snapshots are bound already");
    }
    List<MetricFamily> families = new ArrayList<>(DeviceCollector.families(settings.dcgm()));
    if (settings.gkeTpuNames()) {
      families.addAll(GkeTpuFamilies.all(settings.nodeName()));
    }
    if (settings.processes()) {
      families.addAll(ProcessFamilies.all());
    }
    families.add(PodFamilies.workloads(workloads));
    families.add(XidFamilies.faults(faults::counts));
    families.add(NodeFamilies.conditions(() -> conditions.get()));
    Labels build = Labels.of("version", settings.version(), "driver", settings.driverName());
    families.add(
        MetricFamily.info(
            "acceld_build_info", "Version of the running program.", (view, f) -> f.add(build, 1)));
    NodeSnapshots.SOURCES.forEach(errors::expect);
    NodeViews views = new NodeViews(snapshots, usage, settings);
    devices = new DeviceCollector(views::take, families, errors);
  }

  /**
   * Adds the conditions of readiness, by name: whether each is met.
   *
   * @param now asked once for each scrape, on the scrape's thread; must not wait
   */
  public void conditions(Supplier<Map<String, Boolean>> now) {
    conditions = now;
  }

  /** For meters beyond those below. */
  public MeterRegistry registry() {
    return meterRegistry;
  }

  /** Meters of prepare and unprepare. */
  public ClaimMeters claims() {
    return claims;
  }

  /** Meters of the slice publisher. */
  public SliceMeters slices() {
    return slices;
  }

  /** Meters of the kubelet's side. */
  public KubeletMeters kubelet() {
    return kubelet;
  }

  /** Meters of the start of pods. */
  public StartupMeters startups() {
    return startups;
  }

  /** Meters of repairs. */
  public RepairMeters repairs() {
    return repairs;
  }

  /** Meters of the records of faults. */
  public FlightMeters flight() {
    return flight;
  }

  /** Meters of faults. */
  public FaultMeters faults() {
    return faults;
  }

  /** Meters of requests to the API server. */
  public ApiMeters api() {
    return api;
  }

  /**
   * Renders everything as it is now.
   *
   * @param accept the client's {@code Accept} header; null for none
   */
  public Exposition scrape(@Nullable String accept) {
    TextFormat format = TextFormat.preferred(accept);
    synchronized (writers) {
      ExpositionBuffer out = new ExpositionBuffer(lastSize + 1024);
      write(format, meters(), out);
      out.dropEnd(END);
      DeviceCollector bound = devices;
      if (bound != null) {
        bound.write(writers.computeIfAbsent(format, FamilyWriter::new), out);
      }
      if (format == TextFormat.OPENMETRICS) {
        out.ascii(END);
      }
      lastSize = out.size();
      return new Exposition(format.writer().getContentType(), out.toByteArray());
    }
  }

  private static void write(TextFormat format, MetricSnapshots snapshots, ExpositionBuffer out) {
    try {
      format.writer().write(out, snapshots, EscapingScheme.UNDERSCORE_ESCAPING);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // an array in memory has no I/O errors
    }
  }

  /** The format that such a client gets; the same for all who get the same bytes. */
  public String contentType(@Nullable String accept) {
    return TextFormat.preferred(accept).writer().getContentType();
  }

  /** The agent's own meters; nothing when they fail, so that the device series are there. */
  private MetricSnapshots meters() {
    try {
      return prometheus.scrape();
    } catch (RuntimeException e) {
      errors.count(METERS, e);
      return new MetricSnapshots();
    }
  }

  @Override
  public void close() {
    meterRegistry.close();
  }
}
