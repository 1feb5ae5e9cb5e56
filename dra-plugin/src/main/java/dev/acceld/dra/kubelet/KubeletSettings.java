package dev.acceld.dra.kubelet;

import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What distinguishes this plugin on its node.
 *
 * @param driverName the driver's name as in ResourceSlices: a DNS subdomain of at most 63 bytes
 * @param pool the pool's name in health reports, which is the node's name
 * @param kubeletDir the kubelet's {@code --root-dir}, as the kubelet itself sees it
 * @param instance unique for this process: the pod's UID, else {@link #randomInstance()}; sockets
 *     carry it in their names, because a dying instance removes paths
 * @param relayDir where {@code acceld-relay} listens, if it is to have the sockets that the kubelet
 *     knows: calls then wait while this process is away, for the process that comes after it
 */
public record KubeletSettings(
    String driverName, String pool, Path kubeletDir, String instance, Optional<Path> relayDir) {
  private static final Pattern DRIVER =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final Pattern INSTANCE = Pattern.compile("[A-Za-z0-9][-A-Za-z0-9]{0,62}");

  /** Checks the forms and makes the directory absolute: the kubelet is told absolute paths. */
  public KubeletSettings {
    if (driverName.length() > 63 || !DRIVER.matcher(driverName).matches()) {
      throw new IllegalArgumentException(
          "driver name '"
              + driverName
              + "' is not a DNS subdomain of at most 63 characters (such as acceld.dev)");
    }
    if (!INSTANCE.matcher(instance).matches()) {
      throw new IllegalArgumentException(
          "instance '" + instance + "' must consist of letters, digits and dashes, like a pod UID");
    }
    kubeletDir = kubeletDir.toAbsolutePath().normalize();
    relayDir = relayDir.map(directory -> directory.toAbsolutePath().normalize());
  }

  /** Without a relay. */
  public KubeletSettings(String driverName, String pool, Path kubeletDir, String instance) {
    this(driverName, pool, kubeletDir, instance, Optional.empty());
  }

  /**
   * The same for another instance.
   *
   * @throws IllegalArgumentException its form is wrong
   */
  KubeletSettings named(String other) {
    return new KubeletSettings(driverName, pool, kubeletDir, other, relayDir);
  }

  /** An instance for a process that has no pod UID. */
  public static String randomInstance() {
    return UUID.randomUUID().toString();
  }
}
