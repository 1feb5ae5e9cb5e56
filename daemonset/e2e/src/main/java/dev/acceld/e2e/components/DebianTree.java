package dev.acceld.e2e.components;

import dev.acceld.tools.DebianMirrors;
import dev.acceld.tools.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The node's root file system, made by debootstrap: container runtime, etcd, network plug-ins, the
 * tools that a kubelet calls, and Prometheus, of one release, whatever this machine itself runs.
 */
final class DebianTree {
  private static final List<String> PACKAGES =
      List.of(
          "busybox-static",
          "ca-certificates",
          "conntrack",
          "containerd",
          "containernetworking-plugins",
          "curl",
          "etcd-server",
          "ethtool",
          "iproute2",
          "iptables",
          "kmod",
          "mount",
          "nftables",
          "openssl",
          "procps",
          "prometheus",
          "runc",
          "socat",
          "util-linux");

  private final Cache cache;

  DebianTree(Cache cache) {
    this.cache = cache;
  }

  /** Whether there is one with all of these packages; one of another list is built anew. */
  boolean there() {
    try {
      return cache.has(cache.tree()) && Files.readString(list()).equals(packages());
    } catch (IOException e) {
      return false;
    }
  }

  private Path list() {
    return cache.tree().resolve(".packages");
  }

  private static String packages() {
    return String.join(",", PACKAGES);
  }

  /** Takes a minute and half a gigabyte. */
  void build() {
    Path tree = cache.tree();
    try {
      Files.createDirectories(cache.root());
      Run.of("rm", "-rf", tree.toString()).output();
      String mirror = mirror();
      Debootstrap tool = Debootstrap.find(cache);
      Path keyring = tool.keyring();
      Path log = cache.root().resolve("debootstrap.log");
      Files.deleteIfExists(log);
      Run run =
          Run.of(
                  "nice",
                  tool.command().toString(),
                  "--variant=minbase",
                  "--keyring=" + keyring,
                  "--include=" + packages(),
                  Versions.DEBIAN,
                  tree.toString(),
                  mirror,
                  tool.script().toString())
              .with("DEBOOTSTRAP_DIR", tool.home().toString())
              .to(log)
              .within(Duration.ofMinutes(15));
      run.output();
      Files.writeString(list(), packages());
      cache.complete(tree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code acceld.e2e.mirror}, else the mirror that this machine's apt uses, else Debian's own. */
  private static String mirror() {
    Optional<String> given =
        Optional.of(System.getProperty("acceld.e2e.mirror", "")).filter(m -> !m.isEmpty());
    return given
        .orElseGet(() -> new DebianMirrors(Optional.empty(), "").current("debian"))
        .replaceAll("/+$", "");
  }
}
