package dev.acceld.otlp.metrics;

import dev.acceld.device.HealthReport.State;
import dev.acceld.device.Kind;
import dev.acceld.device.Metric;
import dev.acceld.device.MetricDimension;
import dev.acceld.device.Sample;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.snapshot.DeviceSnapshot;
import dev.acceld.snapshot.NodeSnapshot;
import dev.acceld.usage.ClaimUsage;
import dev.acceld.usage.Usage;
import dev.acceld.usage.UsageReport;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.BatchCallback;
import io.opentelemetry.api.metrics.MeterProvider;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Exports the devices and what claims have used, from one snapshot for each collection. Counters of
 * a device never have its holder: a series that began with a new pod would be born with all that
 * the device has done before. Claims have counters of their own, which begin at zero.
 */
public final class HwMetrics implements AutoCloseable {
  private static final Map<State, String> STATES = new EnumMap<>(State.class);

  static {
    STATES.put(State.HEALTHY, "ok");
    STATES.put(State.DEGRADED, "degraded");
    STATES.put(State.UNHEALTHY, "failed");
  }

  private final Supplier<NodeSnapshot> snapshots;
  private final Supplier<UsageReport> usage;
  private final HwInstruments instruments;
  private final BatchCallback callback;

  /**
   * Until it is closed.
   *
   * @param snapshots asked once for each collection, on its thread
   * @param usage asked as well
   */
  public HwMetrics(
      MeterProvider provider,
      String version,
      Supplier<NodeSnapshot> snapshots,
      Supplier<UsageReport> usage) {
    this.snapshots = snapshots;
    this.usage = usage;
    instruments =
        new HwInstruments(
            provider
                .meterBuilder("dev.acceld")
                .setInstrumentationVersion(version)
                .setSchemaUrl(HwAttributes.SCHEMA_URL)
                .build());
    callback = instruments.observe(this::collect);
  }

  private void collect() {
    snapshots.get().devices().forEach(this::device);
    usage.get().claims().forEach(this::claim);
  }

  private void device(DeviceSnapshot of) {
    Attributes lasting = HwAttributes.lasting(of.device());
    Attributes held = HwAttributes.held(lasting, of);
    Sample read = of.readings();
    if (of.device().common().kind() == Kind.GPU) {
      engine(held, "general", read.get(Metric.UTILIZATION));
      engine(held, "encoder", read.get(Metric.ENCODER_UTILIZATION));
      engine(held, "decoder", read.get(Metric.DECODER_UTILIZATION));
      memory(held, read, HwMetric.MEMORY_USAGE, HwMetric.MEMORY_LIMIT, HwMetric.MEMORY_UTILIZATION);
      io(lasting, "transmit", read.get(Metric.PCIE_SENT));
      io(lasting, "receive", read.get(Metric.PCIE_RECEIVED));
    } else {
      instruments.record(HwMetric.OTHER_UTILIZATION, held, read.get(Metric.UTILIZATION));
      memory(
          held,
          read,
          HwMetric.OTHER_MEMORY_USAGE,
          HwMetric.OTHER_MEMORY_LIMIT,
          HwMetric.OTHER_MEMORY_UTILIZATION);
    }
    instruments.record(HwMetric.POWER, held, read.get(Metric.POWER));
    instruments.record(HwMetric.ENERGY, lasting, read.get(Metric.ENERGY));
    temperature(HwMetric.TEMPERATURE, held, "processor", read.get(Metric.TEMPERATURE));
    temperature(HwMetric.TEMPERATURE, held, "memory", read.get(Metric.MEMORY_TEMPERATURE));
    limits(lasting, read);
    status(lasting, of);
    errors(lasting, of);
  }

  private void engine(Attributes of, String task, double value) {
    instruments.record(HwMetric.UTILIZATION, HwAttributes.with(of, "hw.gpu.task", task), value);
  }

  private void memory(
      Attributes of, Sample read, HwMetric usage, HwMetric limit, HwMetric utilization) {
    double used = read.get(Metric.MEMORY_USED);
    double all = read.get(Metric.MEMORY_TOTAL);
    instruments.record(usage, of, used);
    instruments.record(limit, of, all);
    instruments.record(utilization, of, all > 0 ? used / all : Double.NaN);
  }

  private void io(Attributes of, String direction, double value) {
    instruments.record(
        HwMetric.IO, HwAttributes.with(of, "network.io.direction", direction), value);
  }

  private void temperature(HwMetric metric, Attributes of, String where, double value) {
    instruments.record(metric, HwAttributes.with(of, "hw.sensor_location", where), value);
  }

  private void limits(Attributes of, Sample read) {
    for (int i = 0; i < MetricDimension.THRESHOLD.count(); i++) {
      double value = read.get(Metric.TEMPERATURE_THRESHOLD, i);
      String name = MetricDimension.THRESHOLD.names().get(i);
      boolean memory = name.equals("memory");
      temperature(
          HwMetric.TEMPERATURE_LIMIT,
          HwAttributes.with(
              of, "hw.limit_type", name.equals("shutdown") ? "high.critical" : "throttled"),
          memory ? "memory" : "processor",
          value);
    }
  }

  /** Of a device of which nobody can tell there is no data point. */
  private void status(Attributes of, DeviceSnapshot device) {
    String now = device.health().map(report -> STATES.get(report.state())).orElse(null);
    if (now != null) {
      STATES
          .values()
          .forEach(state ->
              instruments.record(
                  HwMetric.STATUS,
                  HwAttributes.with(of, "hw.state", state),
                  state.equals(now) ? 1 : 0));
    }
  }

  private void errors(Attributes of, DeviceSnapshot device) {
    Sample read = device.readings();
    error(of, "corrected", read.get(Metric.ECC_CORRECTED));
    error(of, "uncorrected", read.get(Metric.ECC_UNCORRECTED));
    device.faults().forEach((fault, count) -> error(of, fault.id(), count));
  }

  private void error(Attributes of, String type, double count) {
    instruments.record(HwMetric.ERRORS, HwAttributes.with(of, "error.type", type), count);
  }

  private void claim(ClaimUsage claim) {
    ClaimRef ref = claim.claim();
    Attributes of = HwAttributes.of(ref);
    Usage used = claim.usage();
    instruments.record(HwMetric.CLAIM_DEVICE_TIME, of, used.deviceSeconds());
    instruments.record(HwMetric.CLAIM_ENERGY, of, used.energyJoules());
    instruments.record(HwMetric.CLAIM_UTILIZATION_TIME, of, used.utilizationSeconds());
    instruments.record(HwMetric.CLAIM_MEMORY_TIME, of, used.memoryByteSeconds());
    instruments.record(HwMetric.CLAIM_IDLE_TIME, of, used.idleSeconds());
  }

  @Override
  public void close() {
    callback.close();
  }
}
