package dev.acceld.agent.config;

import dev.acceld.probe.VendorModule;
import dev.acceld.recorder.FlightLimits;
import dev.acceld.telemetry.dcgm.DcgmNames;
import dev.acceld.text.ErrorText;
import dev.acceld.vendor.VendorOptionException;
import dev.acceld.vendor.VendorOptions;
import dev.acceld.vendor.VendorSetting;
import dev.acceld.workload.LabelNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Turns texts into {@link AgentConfig}, refusing what cannot be meant. */
public final class ConfigReader {
  private static final Pattern DNS_NAME =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final Pattern INSTANCE = Pattern.compile("[A-Za-z0-9][-A-Za-z0-9]{0,62}");
  private static final Pattern HTTP_URL = Pattern.compile("https?://[^\\s/?#]+[^\\s?#]*");
  private static final Pattern ANNOTATION =
      Pattern.compile("([a-z0-9][-.a-z0-9]*/)?[A-Za-z0-9][-_.A-Za-z0-9]*");
  private static final int MOST_FLIGHT_RECORDS = 1000;
  private static final List<String> LEVELS = List.of("error", "warn", "info", "debug", "trace");

  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

  private final RawSettings raw;
  private final Path base;

  private ConfigReader(RawSettings raw, Path base) {
    this.raw = raw;
    this.base = base;
  }

  /**
   * Reads everything.
   *
   * @throws ConfigException naming the setting, where it was set and what would be right
   */
  public static AgentConfig read(RawSettings raw) {
    return read(raw, DefaultStateDir.BASE);
  }

  static AgentConfig read(RawSettings raw, Path base) {
    return new ConfigReader(raw, base).read();
  }

  /**
   * Reads the state directory alone, for commands that need nothing else.
   *
   * @throws ConfigException when it cannot be a path
   */
  public static Path stateDir(RawSettings raw) {
    return new ConfigReader(raw, DefaultStateDir.BASE).stateDir();
  }

  /** The state directory of an agent of whom nothing was set. */
  public static Path usualStateDir() {
    return DefaultStateDir.BASE;
  }

  /**
   * A path from a command line.
   *
   * @throws ConfigException when it cannot be one
   */
  public static Path path(String flag, String value) {
    return path(value, what -> new ConfigException(flag + ": " + what));
  }

  private static Path path(String value, Function<String, ConfigException> wrong) {
    try {
      return Path.of(value).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw wrong.apply("'" + value + "' is not a path: " + e.getReason());
    }
  }

  /**
   * Whether somebody has said where the agent is, by its state directory or by its driver's name.
   */
  public static boolean isStateDirChosen(RawSettings raw) {
    return raw.get(Setting.STATE_DIR).isPresent() || !raw.isDefault(Setting.DRIVER_NAME);
  }

  /** The kubelet's directory alone. */
  public static Path kubeletDir(RawSettings raw) {
    return new ConfigReader(raw, DefaultStateDir.BASE).path(Setting.KUBELET_DIR);
  }

  private AgentConfig read() {
    return new AgentConfig(
        raw.get(Setting.NODE_NAME)
            .map(v ->
                check(Setting.NODE_NAME, v, DNS_NAME, 253, "a Node's name: a lower-case DNS name"))
            .orElseGet(ConfigReader::hostName),
        driverName(),
        raw.get(Setting.KUBECONFIG).map(p -> path(Setting.KUBECONFIG, p)),
        path(Setting.KUBELET_DIR),
        path(Setting.CDI_DIR),
        stateDir(),
        text(Setting.HTTP_ADDRESS),
        raw.get(Setting.WEB_CONFIG_FILE).map(v -> path(Setting.WEB_CONFIG_FILE, v)),
        DcgmNames.named(oneOf(Setting.DCGM_NAMES, DcgmNames.words())),
        raw.get(Setting.DCGM_COUNTERS_FILE).map(v -> path(Setting.DCGM_COUNTERS_FILE, v)),
        oneOf(Setting.GKE_TPU_NAMES, List.of("false", "true")).equals("true"),
        podLabels(),
        oneOf(Setting.PROCESS_METRICS, List.of("false", "true")).equals("true"),
        oneOf(Setting.STATUS_PAGE, List.of("false", "true")).equals("true"),
        raw.get(Setting.HEALTH_RULES).map(v -> path(Setting.HEALTH_RULES, v)),
        new NoticeConfig(
            oneOf(Setting.EVENTS, List.of("false", "true")).equals("true"),
            oneOf(Setting.NODE_CONDITION, List.of("false", "true")).equals("true")),
        otlp(),
        flight(),
        vendors(),
        path(Setting.HOST_ROOT),
        raw.get(Setting.CGROUP_DIR).map(v -> path(Setting.CGROUP_DIR, v)),
        raw.get(Setting.PROC_DIR).map(v -> path(Setting.PROC_DIR, v)),
        kernelLog(),
        raw.get(Setting.MACHINE),
        raw.get(Setting.INSTANCE)
            .map(v -> check(Setting.INSTANCE, v, INSTANCE, 63, "letters, digits and '-'"))
            .orElseGet(() -> UUID.randomUUID().toString()),
        raw.get(Setting.RELAY_DIR).map(v -> path(Setting.RELAY_DIR, v)),
        duration(Setting.SAMPLE_INTERVAL, Duration.ofMillis(100), Duration.ofMinutes(5)),
        duration(Setting.REDISCOVER_INTERVAL, Duration.ofSeconds(1), Duration.ofHours(1)),
        oneOf(Setting.REPAIR, List.of("manual", "auto")).equals("auto"),
        oneOf(Setting.SELF_TEST, List.of("false", "true")).equals("true"),
        raw.get(Setting.RELEASE_LABEL)
            .map(v ->
                check(
                    Setting.RELEASE_LABEL,
                    v,
                    ANNOTATION,
                    317,
                    "the key of a label, such as nvidia.com/gpu.deploy.client")),
        oneOf(Setting.LOG_FORMAT, List.of("text", "json")).equals("json"),
        oneOf(Setting.LOG_LEVEL, LEVELS),
        oneOf(Setting.TIDY, List.of("false", "true")).equals("true"));
  }

  private Path stateDir() {
    return raw.get(Setting.STATE_DIR)
        .map(p -> path(Setting.STATE_DIR, p))
        .orElseGet(() -> DefaultStateDir.of(driverName(), base));
  }

  private String driverName() {
    return matching(Setting.DRIVER_NAME, DNS_NAME, 63, "a lower-case DNS name such as acceld.dev");
  }

  private List<String> podLabels() {
    List<String> keys =
        raw.get(Setting.POD_LABELS)
            .map(text ->
                Stream.of(text.split(",", -1))
                    .map(String::strip)
                    .filter(k -> !k.isEmpty())
                    .toList())
            .orElse(List.of());
    try {
      LabelNames.check(keys);
    } catch (IllegalArgumentException e) {
      throw wrong(Setting.POD_LABELS, String.valueOf(e.getMessage()));
    }
    return keys;
  }

  private Optional<Path> kernelLog() {
    String value = text(Setting.KERNEL_LOG);
    if (value.equalsIgnoreCase("off") || value.equalsIgnoreCase("false")) { // YAML's off is false
      return Optional.empty();
    }
    if (!value.startsWith("/")) {
      throw wrong(
          Setting.KERNEL_LOG, "'" + value + "' must be an absolute path such as /dev/kmsg, or off");
    }
    return Optional.of(path(Setting.KERNEL_LOG, value));
  }

  private OtlpConfig otlp() {
    List<String> annotations =
        Stream.of(text(Setting.TRACE_CONTEXT_ANNOTATIONS).split(",", -1))
            .map(String::strip)
            .map(key ->
                check(
                    Setting.TRACE_CONTEXT_ANNOTATIONS,
                    key,
                    ANNOTATION,
                    317,
                    "the key of an annotation, such as tracing.k8s.io/traceparent"))
            .toList();
    return new OtlpConfig(
        raw.get(Setting.OTLP_ENDPOINT)
            .map(v ->
                check(
                    Setting.OTLP_ENDPOINT,
                    v,
                    HTTP_URL,
                    2048,
                    "a URL such as http://collector:4318")),
        annotations,
        oneOf(Setting.TRACE_CONTEXT, List.of("link", "parent")).equals("parent"));
  }

  private FlightLimits flight() {
    String records = text(Setting.FLIGHT_RECORDS);
    if (!records.matches("[0-9]{1,4}") || Integer.parseInt(records) > MOST_FLIGHT_RECORDS) {
      throw wrong(
          Setting.FLIGHT_RECORDS,
          "'" + records + "' must be a number from 0 to " + MOST_FLIGHT_RECORDS);
    }
    return new FlightLimits(
        Integer.parseInt(records),
        oneOf(Setting.FLIGHT_DEGRADED, List.of("false", "true")).equals("true"));
  }

  private VendorOptions vendors() {
    Map<String, String> values = new HashMap<>();
    for (VendorModule module : VendorModule.all()) {
      for (VendorSetting setting : module.settings()) {
        raw.get(Setting.named(setting.name())).ifPresent(v -> values.put(setting.name(), v));
      }
    }
    VendorOptions options = new VendorOptions(values);
    try {
      VendorModule.all().forEach(module -> module.check(options));
    } catch (VendorOptionException e) {
      throw wrong(Setting.named(e.option()), String.valueOf(e.getMessage()));
    }
    return options;
  }

  private String text(Setting s) {
    return raw.get(s).orElseThrow(() -> wrong(s, "is missing"));
  }

  private String matching(Setting s, Pattern form, int limit, String wanted) {
    return check(s, text(s), form, limit, wanted);
  }

  private String check(Setting s, String value, Pattern form, int limit, String wanted) {
    if (value.length() > limit || !form.matcher(value).matches()) {
      throw wrong(s, "'" + value + "' must be " + wanted + ", at most " + limit + " characters");
    }
    return value;
  }

  private Path path(Setting s) {
    return path(s, text(s));
  }

  private Path path(Setting s, String value) {
    return path(value, what -> wrong(s, what));
  }

  private Duration duration(Setting s, Duration least, Duration most) {
    String value = text(s);
    Duration d =
        Durations.parse(value)
            .orElseThrow(() -> wrong(s, "'" + value + "' must be " + Durations.FORM));
    if (d.compareTo(least) < 0 || d.compareTo(most) > 0) {
      throw wrong(
          s, "'" + value + "' must be between " + describe(least) + " and " + describe(most));
    }
    return d;
  }

  private String oneOf(Setting s, List<String> known) {
    String value = text(s).toLowerCase(Locale.ROOT);
    if (!known.contains(value)) {
      throw wrong(s, "'" + value + "' must be one of " + String.join(", ", known));
    }
    return value;
  }

  private ConfigException wrong(Setting s, String what) {
    return new ConfigException(s.flag() + " (set by " + raw.source(s) + "): " + what);
  }

  private static String describe(Duration d) {
    return d.toString().substring(2).toLowerCase(Locale.ROOT);
  }

  /** As the kernel has it: the kubelet's default, and no name service is asked. */
  private static String hostName() {
    String name = System.getenv("HOSTNAME");
    if (name == null || name.isBlank()) {
      try {
        name = Files.readString(HOST_NAME).strip();
      } catch (IOException e) {
        throw new ConfigException(
            "this machine's host name is unknown (" + ErrorText.of(e) + "); set --node-name");
      }
    }
    return name.toLowerCase(Locale.ROOT);
  }
}
