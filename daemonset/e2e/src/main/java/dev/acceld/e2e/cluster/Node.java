package dev.acceld.e2e.cluster;

import dev.acceld.tools.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A node of a cluster of ours, seen by somebody who may do anything on it. Paths that commands are
 * given are the node's own. Safe for threads.
 */
public final class Node {
  private final Place place;
  private final long pid;

  Node(Place place, long pid) {
    this.place = place;
    this.pid = pid;
  }

  /** Its name in the cluster. */
  public String name() {
    return place.name();
  }

  /** Its address in the cluster. */
  public String address() {
    return place.address();
  }

  /** The process that holds its namespaces, as this machine counts. */
  long pid() {
    return pid;
  }

  /** The kubelet's root directory. */
  public String kubeletDir() {
    return ComponentFiles.KUBELET_DIR;
  }

  /** A path of the node as this machine sees it, while the node runs. */
  public Path outside(String path) {
    return Path.of("/proc", Long.toString(pid), "root" + path);
  }

  /** A command on the node, as root. */
  public Run command(String... words) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "nsenter",
                "-t",
                Long.toString(pid),
                "-m",
                "-n",
                "-u",
                "-i",
                "-C",
                "-p",
                "-r",
                "-w",
                "--",
                "env",
                "-i",
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                "HOME=/root"));
    all.addAll(List.of(words));
    return Run.of(all).within(Duration.ofMinutes(2));
  }

  /** What a command on the node says; it must end well. */
  public String exec(String... words) {
    return command(words).output();
  }

  /** Files below a directory of the node, relative to it and sorted; nothing when there is none. */
  public List<String> files(String directory) {
    String found =
        exec(
            "sh",
            "-c",
            "[ ! -d \"$0\" ] || (cd \"$0\" && find . -mindepth 1 ! -type d -printf '%P\\n')",
            directory);
    return found.lines().filter(line -> !line.isEmpty()).sorted().toList();
  }

  /** Whether the node has that path. */
  public boolean exists(String path) {
    return command("test", "-e", path).now().ok();
  }

  /** Kills a component outright; it comes back after about a second. */
  public void kill(String component) {
    pidOf(component).ifPresent(p -> command("kill", "-KILL", p).now());
  }

  /** Kills a component and keeps it away. */
  public void stop(String component) {
    try {
      Files.writeString(hold(component), "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    kill(component);
  }

  /** Lets a component come back. */
  public void start(String component) {
    try {
      Files.deleteIfExists(hold(component));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Kills every process of the node, in pods too, whose command line contains that; whether there
   * was one.
   */
  public boolean killProcesses(String commandLine) {
    return command("pkill", "-KILL", "-f", commandLine).now().ok();
  }

  private Path hold(String component) {
    return place.path("run").resolve("hold." + component);
  }

  private Optional<String> pidOf(String component) {
    try {
      return Optional.of(Files.readString(place.path("run").resolve(component + ".pid")).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** What the API server, which is on node 1, wrote down about every request since it began. */
  public AuditLog audit() {
    return new AuditLog(place.log());
  }

  /** The log files of its components. */
  public Path logs() {
    return place.log();
  }

  /**
   * Bytes of memory that a pod uses now, as its control group counts them; without what the kernel
   * could take back at once, as the kubelet reckons too.
   */
  public long memoryOf(String podUid) {
    try (Stream<Path> groups = Files.walk(Cgroups.group("memory", place.groups()))) {
      Path group =
          groups
              .filter(path -> path.getFileName().toString().contains("pod" + podUid))
              .findFirst()
              .orElseThrow(() -> new IllegalStateException("no control group of pod " + podUid));
      long usage = Long.parseLong(Files.readString(group.resolve("memory.usage_in_bytes")).strip());
      long inactive =
          Files.readAllLines(group.resolve("memory.stat")).stream()
              .filter(line -> line.startsWith("total_inactive_file "))
              .mapToLong(line -> Long.parseLong(line.split(" ", -1)[1]))
              .sum();
      return Math.max(0, usage - inactive);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Imports an image archive (OCI or Docker) of this machine. */
  public void load(Path archive) {
    String name = archive.getFileName().toString();
    Path inside = place.path("load").resolve(name);
    try {
      Files.deleteIfExists(inside);
      Files.copy(archive, inside);
      exec("ctr", "-n", "k8s.io", "images", "import", "--local", "/e2e/load/" + name);
      Files.delete(inside);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
