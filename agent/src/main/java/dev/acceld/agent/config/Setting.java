package dev.acceld.agent.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be set. One name in three spellings: {@code --kubelet-dir}, {@code
 * ACCELD_KUBELET_DIR}, {@code kubeletDir}.
 */
public enum Setting {
  /** The Node object's name. */
  NODE_NAME(
      "node-name",
      "NAME",
      null,
      "name of the Node object (default: NODE_NAME, otherwise the host name)",
      "NODE_NAME"),
  /** The DRA driver's name. */
  DRIVER_NAME("driver-name", "NAME", "acceld.dev", "DRA driver name, as in ResourceSlices"),
  /** Access to the API server. */
  KUBECONFIG(
      "kubeconfig",
      "FILE",
      null,
      "kubeconfig file (default: KUBECONFIG; in a pod, the service account; otherwise no cluster)",
      "KUBECONFIG"),
  /** The kubelet's root directory. */
  KUBELET_DIR("kubelet-dir", "DIR", "/var/lib/kubelet", "the kubelet's root directory"),
  /** Where CDI files go. */
  CDI_DIR("cdi-dir", "DIR", "/var/run/cdi", "directory for CDI files"),
  /** Where claim records, locks and the local socket are. */
  STATE_DIR(
      "state-dir",
      "DIR",
      null,
      "directory for claim records and local sockets, for one driver name and node (default:"
          + " /var/lib/acceld; with another driver name /var/lib/acceld/drivers/NAME)"),
  /** Where HTTP is served. */
  HTTP_ADDRESS("http-address", "ADDRESS", ":9400", "address of /metrics, /healthz and /readyz"),
  /** Below which NVIDIA's driver libraries are. */
  NVIDIA_DRIVER_ROOT("nvidia-driver-root", "DIR", "/", "root directory of NVIDIA's driver"),
  /** The same directory as the host knows it. */
  NVIDIA_HOST_DRIVER_ROOT(
      "nvidia-host-driver-root",
      "DIR",
      null,
      "root directory of NVIDIA's driver as the container runtime sees it (default: the same)"),
  /** NVIDIA's hook. */
  NVIDIA_CDI_HOOK(
      "nvidia-cdi-hook",
      "FILE",
      "/usr/bin/nvidia-cdi-hook",
      "NVIDIA's CDI hook on the host, used if installed"),
  /** What of the driver containers get. */
  NVIDIA_DRIVER_CAPABILITIES(
      "nvidia-driver-capabilities",
      "LIST",
      "all",
      "driver capabilities of containers whose claim does not specify them: compute, graphics,"
          + " display, utility, video, or all"),
  /** Which GPUs are cut into partitions for claims. */
  NVIDIA_MIG_ON_DEMAND(
      "nvidia-mig-on-demand",
      "GPUS",
      "none",
      "GPUs on which MIG partitions are created for claims and deleted afterwards: none, all, or a"
          + " list of published names, UUIDs, PCI addresses and indices"),
  /** Whether partitions that no claim of this agent holds may go. */
  NVIDIA_MIG_REMOVE_FOREIGN(
      "nvidia-mig-remove-foreign",
      "BOOLEAN",
      "false",
      "remove MIG partitions that no claim of this agent holds, on the GPUs of"
          + " --nvidia-mig-on-demand; otherwise they stay, and claims cannot use their placement"),
  /** Below which sys, proc and dev are. */
  HOST_ROOT("host-root", "DIR", "/", "root directory for /sys, /proc and /dev"),
  /** Where the host's control groups are. */
  CGROUP_DIR(
      "cgroup-dir",
      "DIR",
      null,
      "the host's cgroup directory, which shows whether a deleted pod still has a process"
          + " (default: /sys/fs/cgroup below the host root)"),
  /** Simulated hardware. */
  MACHINE(
      "machine",
      "NAME",
      null,
      "simulated hardware instead of this machine's: a name such as h100x8, or a YAML file; sets"
          + " host root and driver root"),
  /** Sets this process apart from another one on the node. */
  INSTANCE(
      "instance",
      "ID",
      null,
      "makes the names of this process's sockets unique (default: POD_UID, otherwise random)",
      "POD_UID"),
  /** Where the process is that has the sockets for the kubelet. */
  RELAY_DIR(
      "relay-dir",
      "DIR",
      null,
      "directory of a running acceld-relay, which keeps the kubelet's sockets open while this"
          + " process restarts (default: no relay)"),
  /** How often readings are taken. */
  SAMPLE_INTERVAL("sample-interval", "DURATION", "1s", "interval between readings of the devices"),
  /** How often devices are looked for. */
  REDISCOVER_INTERVAL(
      "rediscover-interval",
      "DURATION",
      "10s",
      "interval between searches for added or removed devices"),
  /** Text or JSON. */
  LOG_FORMAT("log-format", "FORMAT", "text", "text or json"),
  /** How much is logged. */
  LOG_LEVEL("log-level", "LEVEL", "info", "error, warn, info, debug or trace"),
  /** Whether the host is left as it was found. */
  TIDY(
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
    return "ACCELD_" + name();
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
    return Arrays.stream(values()).filter(s -> s.key().equals(key)).findFirst();
  }
}
