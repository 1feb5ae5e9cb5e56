package dev.acceld.e2e.install;

import dev.acceld.e2e.cluster.Node;
import java.util.List;
import java.util.stream.Stream;

/**
 * What an agent has on its node.
 *
 * @param records of claims, by file name
 * @param cdi files for the container runtime
 * @param sockets of the agent, below the kubelet's directories
 * @param others all other files in the driver's directory
 */
public record Footprint(
    List<String> records, List<String> cdi, List<String> sockets, List<String> others) {
  private static final String CDI_DIR = "/var/run/cdi";

  static Footprint of(Node node) {
    String plugins = node.kubeletDir() + "/plugins/" + Acceld.DRIVER;
    List<String> files = node.files(plugins);
    return new Footprint(
        files.stream().filter(Footprint::record).toList(),
        node.files(CDI_DIR),
        Stream.concat(
                files.stream().filter(file -> file.endsWith(".sock")),
                node.files(node.kubeletDir() + "/plugins_registry").stream())
            .toList(),
        files.stream().filter(file -> !record(file) && !file.endsWith(".sock")).toList());
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
    return holdsNothing() && sockets.isEmpty() && others.isEmpty();
  }
}
