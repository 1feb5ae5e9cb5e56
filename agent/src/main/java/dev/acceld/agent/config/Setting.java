package dev.acceld.agent.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something that can be set, by the agent's own table or by a vendor's module. One name in three
 * spellings: {@code --kubelet-dir}, {@code ACCELD_KUBELET_DIR}, {@code kubeletDir}. In the order of
 * {@code --help}.
 */
public final class Setting implements Comparable<Setting> {
  /** The Node object's name. */
  public static final Setting NODE_NAME =
      new Setting(
          "node-name",
          "NAME",
          null,
          "name of the Node object (default: NODE_NAME, otherwise the host name)",
          "NODE_NAME");

  /** The DRA driver's name. */
  public static final Setting DRIVER_NAME =
      new Setting("driver-name", "NAME", "acceld.dev", "DRA driver name, as in ResourceSlices");

  /** Access to the API server. */
  public static final Setting KUBECONFIG =
      new Setting(
          "kubeconfig",
          "FILE",
          null,
          "kubeconfig file (default: KUBECONFIG; in a pod, the service account; otherwise no"
              + " cluster)",
          "KUBECONFIG");

  /** The kubelet's root directory. */
  public static final Setting KUBELET_DIR =
      new Setting("kubelet-dir", "DIR", "/var/lib/kubelet", "the kubelet's root directory");

  /** Where CDI files go. */
  public static final Setting CDI_DIR =
      new Setting("cdi-dir", "DIR", "/var/run/cdi", "directory for CDI files");

  /** Where claim records, locks and the local socket are. */
  public static final Setting STATE_DIR =
      new Setting(
          "state-dir",
          "DIR",
          null,
          "directory for claim records and local sockets, for one driver name and node (default:"
              + " /var/lib/acceld; with another driver name /var/lib/acceld/drivers/NAME)");

  /** Where HTTP is served. */
  public static final Setting HTTP_ADDRESS =
      new Setting("http-address", "ADDRESS", ":9400", "address of /metrics, /healthz and /readyz");

  /** Who may use HTTP. */
  public static final Setting WEB_CONFIG_FILE =
      new Setting(
          "web-config-file",
          "FILE",
          null,
          "Prometheus web configuration file: TLS, client certificates, basic authentication;"
              + " read again when it changes (default: plain HTTP without authentication)");

  /** Names of dcgm-exporter's series. */
  public static final Setting DCGM_NAMES =
      new Setting(
          "dcgm-names",
          "SET",
          "classic",
          "names of dcgm-exporter's series: classic, dcgm-4.7 (dcgm-exporter 4.9) or both");

  /** Which of dcgm-exporter's series. */
  public static final Setting DCGM_COUNTERS_FILE =
      new Setting(
          "dcgm-counters-file",
          "FILE",
          null,
          "dcgm-exporter counter file (CSV): only its fields are served under dcgm-exporter's names"
              + " (default: all)");

  /** Whether TPU chips have GKE's names, too. */
  public static final Setting GKE_TPU_NAMES =
      new Setting(
          "gke-tpu-names",
          "BOOLEAN",
          "false",
          "serve the readings of TPU chips under the names of GKE's TPU device plugin, too");

  /** Whether owner and labels of pods are served. */
  public static final Setting POD_LABELS =
      new Setting(
          "pod-labels",
          "KEYS",
          null,
          "labels of pods, separated by commas, that are served with the pod's owner in"
              + " acceld_pod_workload_info; one request to the API server for each pod with a"
              + " device (default: none, no request)");

  /** Whether the processes that use devices have series. */
  public static final Setting PROCESS_METRICS =
      new Setting(
          "process-metrics",
          "BOOLEAN",
          "false",
          "serve memory and utilization of each process that uses a device, with its pod");

  /** Whether there are a status page and a JSON API. */
  public static final Setting STATUS_PAGE =
      new Setting(
          "status-page",
          "BOOLEAN",
          "true",
          "serve the status page at / and its JSON API at /api/v1, beside the metrics");

  /** What an operator wants of the health rules. */
  public static final Setting HEALTH_RULES =
      new Setting(
          "health-rules",
          "FILE",
          null,
          "YAML file that overrides health rules: state, taint effect, hold and thresholds of each"
              + " signal; read again when it changes (default: the vendors' rules)");

  /** Whether faults are told by Kubernetes Events. */
  public static final Setting EVENTS =
      new Setting(
          "events",
          "BOOLEAN",
          "true",
          "write Kubernetes Events about faults on the Node and on the claims and pods that hold"
              + " the device");

  /** Whether the Node has a condition. */
  public static final Setting NODE_CONDITION =
      new Setting(
          "node-condition",
          "BOOLEAN",
          "false",
          "keep the condition AcceleratorsHealthy in the status of the Node");

  /** Where metrics and traces go. */
  public static final Setting OTLP_ENDPOINT =
      new Setting(
          "otlp-endpoint",
          "URL",
          null,
          "OpenTelemetry collector, by OTLP over HTTP, such as http://collector:4318 (default:"
              + " OTEL_EXPORTER_OTLP_ENDPOINT; otherwise nothing is exported)",
          "OTEL_EXPORTER_OTLP_ENDPOINT");

  /** Where the context of a trace is found. */
  public static final Setting TRACE_CONTEXT_ANNOTATIONS =
      new Setting(
          "trace-context-annotations",
          "KEYS",
          "tracing.k8s.io/traceparent",
          "annotations of a claim or its pod that may have a W3C trace context, with commas"
              + " between; the first that has one counts");

  /** What the context is for. */
  public static final Setting TRACE_CONTEXT =
      new Setting(
          "trace-context",
          "USE",
          "link",
          "whether that context is a link of the claim's trace (link) or its parent (parent)");

  /** How many records of faults are kept. */
  public static final Setting FLIGHT_RECORDS =
      new Setting(
          "flight-records",
          "NUMBER",
          "50",
          "number of flight records to keep: files about faults of devices, which 'acceld faults'"
              + " shows; the oldest are removed; 0: faults are not recorded");

  /** Whether faults that leave a device usable are recorded. */
  public static final Setting FLIGHT_DEGRADED =
      new Setting(
          "flight-degraded",
          "BOOLEAN",
          "false",
          "record faults that leave a device schedulable, too");

  /** Below which sys, proc and dev are. */
  public static final Setting HOST_ROOT =
      new Setting("host-root", "DIR", "/", "root directory for /sys, /proc and /dev");

  /** Where the host's control groups are. */
  public static final Setting CGROUP_DIR =
      new Setting(
          "cgroup-dir",
          "DIR",
          null,
          "the host's cgroup directory, which shows whether a deleted pod still has a process"
              + " (default: /sys/fs/cgroup below the host root)");

  /** Where the host's processes are. */
  public static final Setting PROC_DIR =
      new Setting(
          "proc-dir",
          "DIR",
          null,
          "the host's /proc, which shows names and pods of the processes that use a device"
              + " (default: /proc below the host root)");

  /** The kernel's log. */
  public static final Setting KERNEL_LOG =
      new Setting(
          "kernel-log",
          "FILE|off",
          "off",
          "the kernel's log, /dev/kmsg, for XIDs that NVML did not deliver and for the lines about"
              + " each device; with --machine, the log of the simulated machine");

  /** Simulated hardware. */
  public static final Setting MACHINE =
      new Setting(
          "machine",
          "NAME",
          null,
          "simulated hardware instead of this machine's: a name such as h100x8, or a YAML file;"
              + " sets host root and driver root");

  /** Sets this process apart from another one on the node. */
  public static final Setting INSTANCE =
      new Setting(
          "instance",
          "ID",
          null,
          "makes the names of this process's sockets unique (default: POD_UID, otherwise random)",
          "POD_UID");

  /** Where the process is that has the sockets for the kubelet. */
  public static final Setting RELAY_DIR =
      new Setting(
          "relay-dir",
          "DIR",
          null,
          "directory of a running acceld-relay, which keeps the kubelet's sockets open while this"
              + " process"
              + " restarts (default: no relay)");

  /** How often readings are taken. */
  public static final Setting SAMPLE_INTERVAL =
      new Setting("sample-interval", "DURATION", "1s", "interval between readings of the devices");

  /** Whether devices are repaired without being asked. */
  public static final Setting REPAIR =
      new Setting(
          "repair",
          "MODE",
          "manual",
          "manual: 'acceld repair' resets devices; auto: the agent also resets a device by itself"
              + " that asks for it and that nobody holds, at most twice in 24 hours");

  /** Whether devices are tested before their first use. */
  public static final Setting SELF_TEST =
      new Setting(
          "self-test",
          "BOOLEAN",
          "false",
          "test a device before its first use, where its vendor has a quick test: the infoROM of"
              + " NVIDIA GPUs");

  /** The label by which the node asks the agent to let go of the driver. */
  public static final Setting RELEASE_LABEL =
      new Setting(
          "release-label",
          "KEY",
          null,
          "label of the Node that asks the agent to release all GPUs, such as"
              + " nvidia.com/gpu.deploy.client: while its value is false or begins with paused; one"
              + " GET of the Node about every minute (default: none, no request)");

  /** How often devices are looked for. */
  public static final Setting REDISCOVER_INTERVAL =
      new Setting(
          "rediscover-interval",
          "DURATION",
          "10s",
          "interval between searches for added or removed devices");

  /** Text or JSON. */
  public static final Setting LOG_FORMAT =
      new Setting("log-format", "FORMAT", "text", "text or json");

  /** How much is logged. */
  public static final Setting LOG_LEVEL =
      new Setting("log-level", "LEVEL", "info", "error, warn, info, debug or trace");

  /** Whether the host is left as it was found. */
  public static final Setting TIDY =
      new Setting(
          "tidy",
          "BOOLEAN",
          "false",
          "when the last agent on the node stops and no claim is prepared, it removes the state"
              + " directory and the driver's directory");

  private final String flag;
  private final String argument;
  private final Optional<String> fallback;
  private final String description;
  private final List<String> otherEnv;

  Setting(
      String flag,
      String argument,
      @Nullable String fallback,
      String description,
      String... otherEnv) {
    this.flag = flag;
    this.argument = argument;
    this.fallback = Optional.ofNullable(fallback);
    this.description = description;
    this.otherEnv = List.of(otherEnv);
  }

  /** {@code --kubelet-dir}. */
  public String flag() {
    return "--" + flag;
  }

  /** {@code ACCELD_KUBELET_DIR}. */
  public String env() {
    return "ACCELD_" + flag.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /** Variables that others set and that count as well, after {@link #env()}. */
  public List<String> otherEnv() {
    return otherEnv;
  }

  /** {@code kubeletDir}. */
  public String key() {
    StringBuilder key = new StringBuilder();
    for (String word : flag.split("-", -1)) {
      key.append(
          key.isEmpty() ? word : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
    }
    return key.toString();
  }

  /** What stands for the value in a usage line. */
  public String argument() {
    return argument;
  }

  /** Whether the flag may stand alone, for {@code true}. */
  public boolean isSwitch() {
    return argument.equals("BOOLEAN");
  }

  /** What holds when nobody says anything; empty when that depends on the machine. */
  public Optional<String> fallback() {
    return fallback;
  }

  /** One line for {@code --help}. */
  public String description() {
    return description;
  }

  /** The setting with that YAML key. */
  public static Optional<Setting> byKey(String key) {
    return values().stream().filter(s -> s.key().equals(key)).findFirst();
  }

  /**
   * The setting with that name, as in its flag without the dashes.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Setting named(String name) {
    return values().stream()
        .filter(s -> s.flag.equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no setting " + name));
  }

  /** All settings, those of the vendors' modules included. */
  public static List<Setting> values() {
    return AllSettings.VALUES;
  }

  @Override
  public int compareTo(Setting other) {
    return Integer.compare(AllSettings.VALUES.indexOf(this), AllSettings.VALUES.indexOf(other));
  }

  @Override
  public String toString() {
    return flag();
  }
}
