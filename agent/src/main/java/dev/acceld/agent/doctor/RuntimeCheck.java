package dev.acceld.agent.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.doctor.runtime.RuntimeConfig;
import dev.acceld.agent.doctor.runtime.RuntimeFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether the container runtime applies CDI files, and from our directory. The Node tells which
 * runtime it is; its configuration is read where it can be seen, and where it cannot, that is a
 * finding: nothing is taken for right that was not looked at.
 */
final class RuntimeCheck implements Check {
  /** Of containerd (1.7, 2.x) and of CRI-O. */
  private static final List<String> DEFAULT_DIRECTORIES = List.of("/etc/cdi", "/var/run/cdi");

  private static final Pattern CONTAINERD = Pattern.compile("containerd://v?(\\d+)\\.(\\d+).*");
  private static final String ASK = "; check with 'acceld inside' in a pod with a claim";
  private static final String SWITCH_ON =
      "in /etc/containerd/config.toml, under [plugins.\"io.containerd.grpc.v1.cri\"] (containerd 2:"
          + " [plugins.\"io.containerd.cri.v1.runtime\"]), set enable_cdi = true, and restart"
          + " containerd";

  private final ClusterAccess cluster;
  private final String node;
  private final Path cdiDir;
  private final RuntimeFiles files;

  RuntimeCheck(ClusterAccess cluster, String node, Path cdiDir, RuntimeFiles files) {
    this.cluster = cluster;
    this.node = node;
    this.cdiDir = cdiDir;
    this.files = files;
  }

  @Override
  public String name() {
    return "CDI in the runtime";
  }

  @Override
  public List<Finding> look() throws IOException {
    Optional<RuntimeConfig> containerd = files.containerd();
    Optional<JsonNode> object;
    try {
      object = cluster.node(node);
    } catch (ClusterAccess.CannotAskException e) {
      if (containerd.isEmpty()) {
        throw e;
      }
      object = Optional.empty();
    }
    String runtime =
        object.map(n -> n.at("/status/nodeInfo/containerRuntimeVersion").asText()).orElse("");
    return List.of(judge(runtime, runtime.startsWith("cri-o://") ? files.crio() : containerd));
  }

  /**
   * @param runtime as the Node tells it, {@code containerd://1.7.27}; empty when not known
   * @param config what that runtime's files say; empty when they cannot be seen
   */
  Finding judge(String runtime, Optional<RuntimeConfig> config) {
    if (runtime.startsWith("cri-o://")) {
      return directories(runtime, "cri-o always applies CDI", config);
    }
    Matcher version = CONTAINERD.matcher(runtime);
    boolean containerd = version.matches();
    if (!containerd && (config.isEmpty() || !runtime.isEmpty())) {
      return runtime.isEmpty()
          ? Finding.warn(
              name(),
              "unknown: the Node does not report its container runtime",
              "check whether it applies CDI" + ASK)
          : Finding.warn(
              name(),
              runtime + " is not known to apply CDI",
              "check with 'acceld inside' in a pod with a claim");
    }
    if (containerd && major(version) == 1 && minor(version) < 7) {
      return Finding.fail(
          name(), runtime + " does not support CDI", "upgrade to containerd 1.7 or newer");
    }
    String called = containerd ? runtime : "containerd";
    Optional<Boolean> enabled = config.flatMap(RuntimeConfig::enabled);
    if (enabled.isPresent() && !enabled.get()) {
      return Finding.fail(
          name(), called + ": its configuration says enable_cdi = false", SWITCH_ON);
    }
    if (enabled.isPresent()) {
      return directories(called, "enable_cdi = true", config);
    }
    if (containerd && major(version) >= 2) {
      return directories(called, "CDI is enabled by default", config);
    }
    boolean seen = config.isPresent() && config.get().unread().isEmpty();
    if (!seen) {
      return Finding.warn(
          name(),
          called + " may have CDI disabled, the default before 2.0; unknown: " + unseen(config),
          SWITCH_ON + ", unless this is already set" + ASK);
    }
    return containerd
        ? Finding.fail(
            name(),
            called + " has CDI disabled by default, and its configuration does not enable it",
            SWITCH_ON)
        : Finding.warn(
            name(),
            "unknown: containerd's configuration does not set enable_cdi, which is false by"
                + " default before 2.0 and true from 2.0 on",
            SWITCH_ON + ", if this is containerd 1.7");
  }

  /** CDI is on; from our directory? */
  private Finding directories(String runtime, String on, Optional<RuntimeConfig> config) {
    if (config.isEmpty() || !config.get().unread().isEmpty()) {
      return Finding.warn(
          name(),
          runtime
              + ": "
              + on
              + "; it is unknown whether it reads "
              + cdiDir
              + ": "
              + unseen(config),
          "check whether cdi_spec_dirs in its configuration contains "
              + cdiDir
              + " (by default "
              + String.join(" and ", DEFAULT_DIRECTORIES)
              + ")"
              + ASK);
    }
    List<String> dirs = config.get().directories().orElse(DEFAULT_DIRECTORIES);
    String which =
        config.get().directories().isPresent()
            ? "cdi_spec_dirs = " + dirs
            : "cdi_spec_dirs is not set, so it reads " + String.join(" and ", dirs);
    if (dirs.stream().noneMatch(d -> !d.isBlank() && same(Path.of(d)).equals(same(cdiDir)))) {
      return Finding.fail(
          name(),
          runtime + ": " + which + ", acceld writes to " + cdiDir,
          "add "
              + cdiDir
              + " to cdi_spec_dirs and restart the runtime, or set --cdi-dir (chart: cdi.dir) to"
              + " one of these");
    }
    return Finding.ok(name(), runtime + ": " + on + ", " + which);
  }

  private static String unseen(Optional<RuntimeConfig> config) {
    return config
        .map(c -> "these cannot be read: " + String.join(", ", c.unread()))
        .orElse("its configuration is not visible from here");
  }

  private static int major(Matcher version) {
    return Integer.parseInt(version.group(1));
  }

  private static int minor(Matcher version) {
    return Integer.parseInt(version.group(2));
  }

  /** {@code /var/run} is a link to {@code /run} on every distribution. */
  static Path same(Path dir) {
    return dir.startsWith("/var/run")
        ? Path.of("/run").resolve(Path.of("/var/run").relativize(dir)).normalize()
        : dir.normalize();
  }
}
