package dev.acceld.agent.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether the container runtime applies CDI files, and from our directory. The Node tells which
 * runtime it is; containerd's configuration is read where it can be seen.
 */
final class RuntimeCheck implements Check {
  private static final String CONFIG = "etc/containerd/config.toml";
  private static final Pattern CONTAINERD = Pattern.compile("containerd://v?(\\d+)\\.(\\d+).*");
  private static final Pattern ENABLED =
      Pattern.compile("(?m)^\\s*enable_cdi\\s*=\\s*(true|false)");
  private static final Pattern DIRECTORIES =
      Pattern.compile("(?ms)^\\s*cdi_spec_dirs\\s*=\\s*\\[(.*?)]");
  private static final String SWITCH_ON =
      "in /etc/containerd/config.toml, under [plugins.\"io.containerd.grpc.v1.cri\"] (containerd 2:"
          + " [plugins.\"io.containerd.cri.v1.runtime\"]), set enable_cdi = true, and restart"
          + " containerd";

  private final ClusterAccess cluster;
  private final String node;
  private final Path cdiDir;
  private final List<Path> roots;

  /**
   * @param roots directories that may be the host's root
   */
  RuntimeCheck(ClusterAccess cluster, String node, Path cdiDir, List<Path> roots) {
    this.cluster = cluster;
    this.node = node;
    this.cdiDir = cdiDir;
    this.roots = List.copyOf(roots);
  }

  @Override
  public String name() {
    return "CDI in the runtime";
  }

  @Override
  public List<Finding> look() throws IOException {
    Optional<String> config = config();
    Optional<JsonNode> object;
    try {
      object = cluster.node(node);
    } catch (ClusterAccess.CannotAsk e) {
      if (config.isEmpty()) {
        throw e;
      }
      object = Optional.empty();
    }
    String runtime =
        object.map(n -> n.at("/status/nodeInfo/containerRuntimeVersion").asText()).orElse("");
    return List.of(judge(runtime, config));
  }

  private Optional<String> config() throws IOException {
    for (Path root : roots) {
      Path file = root.resolve(CONFIG);
      if (Files.isReadable(file)) {
        return Optional.of(Files.readString(file));
      }
    }
    return Optional.empty();
  }

  /**
   * @param runtime as the Node tells it, {@code containerd://1.7.27}; empty when not known
   * @param config containerd's configuration, if it can be read
   */
  Finding judge(String runtime, Optional<String> config) {
    if (runtime.startsWith("cri-o://")) {
      return Finding.ok(name(), runtime + " always applies CDI");
    }
    Matcher version = CONTAINERD.matcher(runtime);
    boolean containerd = version.matches();
    if (!containerd && (config.isEmpty() || !runtime.isEmpty())) {
      return runtime.isEmpty()
          ? Finding.skipped(name(), "the Node does not tell its runtime")
          : Finding.warn(
              name(),
              runtime + " is not known to apply CDI",
              "run 'acceld inside' in a pod with a claim: it tells");
    }
    if (containerd && major(version) == 1 && minor(version) < 7) {
      return Finding.fail(name(), runtime + " has no CDI", "upgrade to containerd 1.7 or newer");
    }
    Optional<Boolean> enabled = config.flatMap(RuntimeCheck::enabled);
    if (enabled.isPresent() && !enabled.get()) {
      return Finding.fail(name(), "containerd's configuration says enable_cdi = false", SWITCH_ON);
    }
    Optional<String> directories = config.flatMap(RuntimeCheck::directories);
    if (directories.isPresent() && !listed(directories.get())) {
      return Finding.fail(
          name(),
          "containerd reads cdi_spec_dirs = ["
              + directories.get().strip()
              + "], acceld writes to "
              + cdiDir,
          "add "
              + cdiDir
              + " to cdi_spec_dirs and restart containerd, or set --cdi-dir (chart: cdi.dir) to one"
              + " of these");
    }
    if (enabled.isPresent() || containerd && major(version) >= 2) {
      return Finding.ok(
          name(),
          (containerd ? runtime : "containerd")
              + (enabled.isPresent() ? ": enable_cdi = true" : " has it on by default"));
    }
    return config.isPresent()
        ? Finding.fail(
            name(),
            (containerd ? runtime : "containerd 1.7")
                + " has CDI off by default, and its configuration does not switch it on",
            SWITCH_ON)
        : Finding.warn(
            name(),
            runtime + " has CDI off by default; its configuration cannot be read from here",
            SWITCH_ON + ", unless that was done; 'acceld inside' in a pod with a claim tells");
  }

  private static int major(Matcher version) {
    return Integer.parseInt(version.group(1));
  }

  private static int minor(Matcher version) {
    return Integer.parseInt(version.group(2));
  }

  private static Optional<Boolean> enabled(String toml) {
    Matcher m = ENABLED.matcher(toml);
    return m.find() ? Optional.of(m.group(1).equals("true")) : Optional.empty();
  }

  private static Optional<String> directories(String toml) {
    Matcher m = DIRECTORIES.matcher(toml);
    return m.find() ? Optional.of(m.group(1)) : Optional.empty();
  }

  /** {@code /var/run} is a link to {@code /run} on every distribution. */
  private boolean listed(String directories) {
    for (String quoted : directories.split(",", -1)) {
      String dir = quoted.strip().replace("\"", "").replace("'", "");
      if (!dir.isEmpty() && same(Path.of(dir)).equals(same(cdiDir))) {
        return true;
      }
    }
    return false;
  }

  private static Path same(Path dir) {
    return dir.startsWith("/var/run")
        ? Path.of("/run").resolve(Path.of("/var/run").relativize(dir)).normalize()
        : dir.normalize();
  }
}
