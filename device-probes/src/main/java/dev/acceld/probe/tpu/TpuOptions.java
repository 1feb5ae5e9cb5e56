package dev.acceld.probe.tpu;

import dev.acceld.probe.tpu.host.ConfiguredFacts;
import dev.acceld.probe.tpu.shape.ShapeChoice;
import dev.acceld.vendor.VendorOptionException;
import dev.acceld.vendor.VendorOptions;
import dev.acceld.vendor.VendorSetting;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Settings for TPUs, checked and typed.
 *
 * @param shapes which parts of a host are offered besides single chips
 * @param facts what the operator says of the host
 * @param metadata the metadata server; empty when it is not to be asked
 * @param hold how long a chip is not as it should be after its last uncorrected PCIe error; empty:
 *     until it is reset
 * @param proc the host's {@code /proc}, where it is not in its place
 * @param runtimeMetrics whether workloads are asked for libtpu's metrics
 * @param logs where libtpu's logs are kept; empty: nowhere
 * @param leftoverPause between two looks at a process that has a chip open without a claim
 */
record TpuOptions(
    ShapeChoice shapes,
    ConfiguredFacts facts,
    Optional<URI> metadata,
    Optional<Duration> hold,
    Optional<Path> proc,
    boolean runtimeMetrics,
    Optional<TpuLogs> logs,
    Duration leftoverPause) {
  private static final String SHAPES = "tpu-shapes";
  private static final String HOST_FACTS = "tpu-host-facts";
  private static final String METADATA = "tpu-metadata-server";
  private static final String HOLD = "tpu-pcie-error-hold";
  private static final String PROC = "tpu-proc-dir";
  private static final String RUNTIME_METRICS = "tpu-runtime-metrics";

  /** No setting: how long it takes from one look at all processes to the next. */
  private static final String LEFTOVER_PAUSE = "tpu-leftover-pause";

  private static final Duration LEFTOVER_PAUSE_OF_A_NODE = Duration.ofSeconds(30);

  /** Its {@code /proc} is a handful of files, so that a look is cheap. */
  private static final Duration LEFTOVER_PAUSE_OF_A_SIMULATED_MACHINE = Duration.ofSeconds(2);

  private static final String OFF = "off";
  private static final String NEVER = "never";
  private static final Pattern DURATION = Pattern.compile("(\\d{1,4})([smhd])");

  /** Single chips, and nothing but the host's own files. */
  static final TpuOptions NONE = ofFiles("none");

  /** Every device that may be offered, whatever the settings, by the host's own files. */
  static final TpuOptions ANYTHING = ofFiles("all");

  static final List<VendorSetting> SETTINGS =
      Stream.concat(own(), TpuLogs.SETTINGS.stream()).toList();

  private static Stream<VendorSetting> own() {
    return Stream.of(
        new VendorSetting(
            SHAPES,
            "SHAPES",
            Optional.of("proven"),
            "blocks of TPU chips to publish besides single chips: proven (those known to work),"
                + " all, none, or a list such as 2x2,2x4"),
        new VendorSetting(
            HOST_FACTS,
            "LIST",
            Optional.empty(),
            "facts about the TPU host that override /etc/tpu/tpu-env and the metadata server, such"
                + " as TOPOLOGY=4x4;WORKER_ID=0"),
        new VendorSetting(
            METADATA,
            "URL",
            Optional.of("http://metadata.google.internal"),
            "Compute Engine's metadata server, queried on TPU hosts only; off: do not query it"),
        new VendorSetting(
            RUNTIME_METRICS,
            "BOOL",
            Optional.of("true"),
            "read the metrics that libtpu serves in pods with TPU chips (ports 8431 and up)"),
        new VendorSetting(
            HOLD,
            "DURATION",
            Optional.of("24h"),
            "how long after its last uncorrected PCIe error a TPU chip counts as faulty, unless it"
                + " is reset earlier; never: until it is reset"),
        new VendorSetting(
            PROC,
            "DIR",
            Optional.empty(),
            "the host's /proc (default: /proc below the host root): it shows whether a process"
                + " still has a TPU chip open, which a new pod then waits for"));
  }

  private static TpuOptions ofFiles(String shapes) {
    return new TpuOptions(
        ShapeChoice.parse(shapes),
        ConfiguredFacts.parse(HOST_FACTS, ""),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty(),
        LEFTOVER_PAUSE_OF_A_NODE);
  }

  /**
   * Reads the values.
   *
   * @throws VendorOptionException naming the setting and what would be right
   */
  static TpuOptions of(VendorOptions options) {
    return new TpuOptions(
        shapes(options),
        facts(options),
        metadata(options),
        hold(options),
        options.findPath(PROC),
        options.isOn(RUNTIME_METRICS),
        TpuLogs.of(options),
        options.find(LEFTOVER_PAUSE).map(Duration::parse).orElse(LEFTOVER_PAUSE_OF_A_NODE));
  }

  /** The same for a look that must not wait. */
  TpuOptions withoutMetadataServer() {
    return new TpuOptions(shapes, facts, Optional.empty(), hold, proc, false, logs, leftoverPause);
  }

  /** A simulated machine has no metadata server, and few processes. */
  static VendorOptions simulated(VendorOptions options) {
    boolean untouched =
        options
            .find(METADATA)
            .equals(
                SETTINGS.stream()
                    .filter(setting -> setting.name().equals(METADATA))
                    .findFirst()
                    .flatMap(VendorSetting::fallback));
    VendorOptions quick =
        options.with(Map.of(LEFTOVER_PAUSE, LEFTOVER_PAUSE_OF_A_SIMULATED_MACHINE.toString()));
    return untouched ? quick.with(Map.of(METADATA, OFF)) : quick;
  }

  private static ShapeChoice shapes(VendorOptions options) {
    try {
      return ShapeChoice.parse(options.text(SHAPES));
    } catch (IllegalArgumentException e) {
      throw new VendorOptionException(SHAPES, String.valueOf(e.getMessage()));
    }
  }

  private static ConfiguredFacts facts(VendorOptions options) {
    try {
      return ConfiguredFacts.parse("--" + HOST_FACTS, options.find(HOST_FACTS).orElse(""));
    } catch (IllegalArgumentException e) {
      throw new VendorOptionException(HOST_FACTS, String.valueOf(e.getMessage()));
    }
  }

  private static Optional<URI> metadata(VendorOptions options) {
    String value = options.text(METADATA);
    if (value.equals(OFF)) {
      return Optional.empty();
    }
    try {
      URI uri = URI.create(value);
      if ("http".equals(uri.getScheme()) && uri.getHost() != null) {
        return Optional.of(uri);
      }
    } catch (IllegalArgumentException e) {
      throw new VendorOptionException(METADATA, "'" + value + "' is not a URL");
    }
    throw new VendorOptionException(
        METADATA, "'" + value + "' must be off or a URL that begins with http://");
  }

  private static Optional<Duration> hold(VendorOptions options) {
    String value = options.text(HOLD);
    if (value.equals(NEVER)) {
      return Optional.empty();
    }
    return Optional.of(duration(HOLD, value, "never or "));
  }

  /**
   * A duration in one unit.
   *
   * @param or what else the setting may be
   * @throws VendorOptionException when it is none
   */
  static Duration duration(String setting, String value, String or) {
    Matcher m = DURATION.matcher(value);
    if (!m.matches()) {
      throw new VendorOptionException(
          setting, "'" + value + "' must be " + or + "a duration such as 30m, 24h or 7d");
    }
    long number = Long.parseLong(m.group(1));
    return switch (m.group(2)) {
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }
}
