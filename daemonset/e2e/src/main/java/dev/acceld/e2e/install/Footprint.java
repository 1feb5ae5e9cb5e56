package dev.acceld.e2e.install;

import dev.acceld.e2e.cluster.Node;
import java.util.List;
import java.util.stream.Stream;

/**
 * What an agent has on its node.
 *
 * @param records of claims, by file name
 * @param cdi files of claims for the container runtime
 * @param shared files for the container runtime that claims have in common
 * @param sockets of the agent, below the kubelet's directories
 * @param others all other files in the driver's directory
 */
public record Footprint(
    List<String> records,
    List<String> cdi,
    List<String> shared,
    List<String> sockets,
    List<String> others) {
  private static final String CDI_DIR = "/var/run/cdi";

  static Footprint of(Node node) {
    String plugins = node.kubeletDir() + "/plugins/" + Acceld.DRIVER;
    List<String> files = node.files(plugins);
    List<String> cdi = node.files(CDI_DIR);
    return new Footprint(
        files.stream().filter(Footprint::record).toList(),
        cdi.stream().filter(file -> !shared(file)).toList(),
        cdi.stream().filter(Footprint::shared).toList(),
        Stream.concat(
                files.stream().filter(file -> file.endsWith(".sock")),
                node.files(node.kubeletDir() + "/plugins_registry").stream())
            .toList(),
        files.stream().filter(file -> !record(file) && !file.endsWith(".sock")).toList());
  }

  private static boolean shared(String file) {
    return file.contains("-driver_") && file.endsWith(".json");
  }

  private static boolean record(String file) {
    return file.startsWith("state/claims/");
  }

  /** Whether no claim has anything on the node. */
  public boolean holdsNothing() {
    return records.isEmpty() && cdi.isEmpty();
  }

  /** Whether there is nothing of acceld at all. */
  public boolean gone() {
    return holdsNothing() && shared.isEmpty() && sockets.isEmpty() && others.isEmpty();
  }
}
