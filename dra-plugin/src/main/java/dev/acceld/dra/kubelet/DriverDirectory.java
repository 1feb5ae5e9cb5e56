package dev.acceld.dra.kubelet;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The driver's directory below the kubelet's, seen from outside a running plugin. */
public final class DriverDirectory {
  private static final Logger log = LoggerFactory.getLogger(DriverDirectory.class);

  private DriverDirectory() {}

  /**
   * Removes the driver's directory below the kubelet's, with the sockets of dead instances; not if
   * somebody listens there or there is something else in it. For a host that is being left.
   *
   * @throws IOException when it cannot be removed
   */
  public static void remove(KubeletSettings settings) throws IOException {
    StaleSockets.sweep(settings);
    try {
      Files.deleteIfExists(SocketPaths.pluginDir(settings));
    } catch (DirectoryNotEmptyException e) {
      log.info("{} stays: it is not empty", SocketPaths.pluginDir(settings));
    }
  }

  /**
   * Whether an agent of that driver, this one too, offers itself to the kubelet of that directory;
   * true also when it cannot be found out.
   */
  public static boolean isServed(Path kubeletDir, String driver) {
    return StaleSockets.anybodyListens(
        kubeletDir.resolve("plugins_registry"), SocketPaths.anyRegistrationNames(driver));
  }
}
