package dev.acceld.dra.claim.record;

import dev.acceld.device.access.ContainerAccess;
import dev.acceld.device.access.ContainerHook;
import dev.acceld.device.access.HostMount;
import dev.acceld.dra.cdi.CdiDevice;
import dev.acceld.dra.cdi.CdiSpec;
import dev.acceld.dra.cdi.CdiText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * A CDI device that many claims name: the driver's files, which are the same for all of them. Its
 * name is made of its content and of what the content depends on when it is used for the first
 * time, and stays when the driver is exchanged: the kubelet keeps the names that it was told.
 *
 * <p>The mounts are the device's, the hooks the file's: a runtime applies those once, even when two
 * claims of a container name the same device (CDI specification, {@code containerEdits}).
 *
 * @param name {@code files-} and twenty hexadecimal digits
 * @param cdi the text of its CDI file
 */
public record SharedDevice(String name, CdiText cdi) {
  private static final int DIGITS = 20;

  /**
   * The device of that content.
   *
   * @param kind of the file
   * @param dependsOn what the content is chosen by: devices whose content differs once the driver
   *     is exchanged must not have the same name
   */
  static SharedDevice of(
      String kind, String dependsOn, List<HostMount> mounts, List<ContainerHook> hooks) {
    MessageDigest digest = sha256();
    digest.update(dependsOn.getBytes(StandardCharsets.UTF_8));
    digest.update(file(kind, "files", mounts, hooks));
    return named(
        "files-" + HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS),
        kind,
        mounts,
        hooks);
  }

  /** The device of that name with that content. */
  static SharedDevice named(
      String name, String kind, List<HostMount> mounts, List<ContainerHook> hooks) {
    return new SharedDevice(name, CdiText.of(file(kind, name, mounts, hooks)));
  }

  private static byte[] file(
      String kind, String name, List<HostMount> mounts, List<ContainerHook> hooks) {
    CdiDevice device =
        new CdiDevice(name, new ContainerAccess(List.of(), Map.of(), mounts, List.of()));
    return new CdiSpec(kind, List.of(device), hooks).toJson();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
