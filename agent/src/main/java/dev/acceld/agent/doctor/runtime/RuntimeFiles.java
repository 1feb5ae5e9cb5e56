package dev.acceld.agent.doctor.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Where a container runtime's own files are on this node, as far as they can be seen: a pod sees
 * the host's root only where it is mounted.
 *
 * @param roots directories that may be the host's root
 * @param proc the processes that can be seen, {@code /proc}
 */
public record RuntimeFiles(List<Path> roots, Path proc) {
  private static final List<String> CONTAINERD =
      List.of(
          "/etc/containerd/config.toml",
          "/var/lib/rancher/k3s/agent/etc/containerd/config.toml",
          "/var/lib/rancher/rke2/agent/etc/containerd/config.toml",
          "/etc/k0s/containerd.toml",
          "/var/snap/microk8s/current/args/containerd.toml");

  /** Files that show a host on which that runtime is installed. */
  private static final List<String> CONTAINERD_IS_HERE =
      List.of("/etc/containerd", "/usr/bin/containerd", "/usr/local/bin/containerd");

  private static final List<String> CRIO_IS_HERE =
      List.of("/etc/crio", "/usr/bin/crio", "/usr/local/bin/crio", "/usr/lib/crio");

  /** Takes a copy. */
  public RuntimeFiles {
    roots = List.copyOf(roots);
  }

  /** Empty when nothing of containerd can be seen from here. */
  public Optional<RuntimeConfig> containerd() {
    Optional<Path> named = named();
    for (Path root : roots) {
      if (named.isPresent() && Files.exists(RuntimeConfig.under(root, named.get()))) {
        return Optional.of(RuntimeConfig.containerd(root, named.get()));
      }
    }
    for (Path root : roots) {
      for (String file : CONTAINERD) {
        if (Files.exists(RuntimeConfig.under(root, Path.of(file)))) {
          return Optional.of(RuntimeConfig.containerd(root, Path.of(file)));
        }
      }
    }
    return named.isEmpty() && anyThere(CONTAINERD_IS_HERE)
        ? Optional.of(RuntimeConfig.none())
        : Optional.empty();
  }

  /** Empty when nothing of CRI-O can be seen from here. */
  public Optional<RuntimeConfig> crio() {
    for (Path root : roots) {
      if (CRIO_IS_HERE.stream()
          .anyMatch(f -> Files.exists(RuntimeConfig.under(root, Path.of(f))))) {
        return Optional.of(RuntimeConfig.crio(root));
      }
    }
    return Optional.empty();
  }

  private boolean anyThere(List<String> files) {
    return roots.stream()
        .anyMatch(root ->
            files.stream().anyMatch(f -> Files.exists(RuntimeConfig.under(root, Path.of(f)))));
  }

  /** The file that containerd's process was started with, if it says. */
  private Optional<Path> named() {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path process : processes) {
        List<String> arguments = arguments(process.resolve("cmdline"));
        if (!arguments.isEmpty() && arguments.getFirst().matches("(.*/)?containerd")) {
          for (int i = 1; i < arguments.size(); i++) {
            String a = arguments.get(i);
            if (a.startsWith("--config=")) {
              return Optional.of(Path.of(a.substring("--config=".length())));
            }
            if ((a.equals("--config") || a.equals("-c")) && i + 1 < arguments.size()) {
              return Optional.of(Path.of(arguments.get(i + 1)));
            }
          }
        }
      }
    } catch (IOException e) {
      // No /proc, nothing to be seen.
    }
    return Optional.empty();
  }

  private static List<String> arguments(Path file) {
    try {
      String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      return Arrays.stream(text.split("\0")).filter(a -> !a.isEmpty()).toList();
    } catch (IOException e) {
      return List.of(); // it has ended, or is somebody else's
    }
  }
}
