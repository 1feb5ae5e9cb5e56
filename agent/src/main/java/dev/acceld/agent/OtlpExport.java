package dev.acceld.agent;

import dev.acceld.agent.config.AgentConfig;
import dev.acceld.agent.config.ConfigException;
import dev.acceld.otlp.Otlp;
import dev.acceld.otlp.OtlpSettings;
import dev.acceld.snapshot.NodeSnapshot;
import dev.acceld.startup.StartupTracer;
import dev.acceld.telemetry.Telemetry;
import dev.acceld.telemetry.meters.OtlpMeters;
import dev.acceld.usage.UsageReport;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The export to an OpenTelemetry collector. While it is off, nothing of it is loaded. */
final class OtlpExport implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OtlpExport.class);

  private final @Nullable Otlp otlp;

  private OtlpExport(@Nullable Otlp otlp) {
    this.otlp = otlp;
  }

  /**
   * As the settings say.
   *
   * @param env the environment
   * @throws ConfigException when they cannot work
   */
  static OtlpExport of(AgentConfig config, Map<String, String> env, Telemetry telemetry) {
    if (!config.otlp().enabled(env)) {
      return new OtlpExport(null);
    }
    OtlpMeters meters = new OtlpMeters(telemetry.registry());
    OtlpSettings settings =
        new OtlpSettings(
            config.nodeName(),
            config.driverName(),
            Version.current(),
            config.instance(),
            config.otlp().endpoint(),
            config.otlp().contextAnnotations(),
            config.otlp().contextAsParent());
    try {
      Otlp otlp = Otlp.start(settings, meters::points, meters::spans);
      log.info(
          "exporting metrics and traces by OTLP to {}",
          settings.endpoint().orElse("the endpoints that OTEL_* variables name"));
      return new OtlpExport(otlp);
    } catch (IllegalArgumentException e) { // a class of our own would be loaded to check this
      throw new ConfigException(String.valueOf(e.getMessage()));
    }
  }

  /** Exports the devices and what claims have used. Once. */
  void observe(Supplier<NodeSnapshot> snapshots, Supplier<UsageReport> usage) {
    if (otlp != null) {
      otlp.observe(snapshots, usage);
    }
  }

  /** Traces the starts of pods. */
  StartupTracer tracer() {
    return otlp == null ? StartupTracer.OFF : otlp.tracer();
  }

  @Override
  public void close() {
    if (otlp != null) {
      otlp.close();
    }
  }
}
