package dev.acceld.dra.kubelet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where the two sockets of an instance lie. The names are those of the Go helper; where one does
 * not fit into {@code sun_path} (108 bytes with the closing zero), hashes stand for its parts.
 *
 * @param dra {@code <kubeletDir>/plugins/<driver>/dra-<instance>.sock}
 * @param registration {@code <kubeletDir>/plugins_registry/<driver>-<instance>-reg.sock}
 */
public record SocketPaths(Path dra, Path registration) {
  static final int MAX_BYTES = 107;
  private static final int HASH_BYTES = 8;
  // What stands for an instance in a name: a pod UID (that of a static pod is plain hex), or a
  // hash. Strict, because the names of the driver "a" begin like those of the driver "a-b".
  private static final String INSTANCE =
      "([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}|[-_A-Za-z0-9]{11})";

  /** Chooses the first names that fit. */
  static SocketPaths of(KubeletSettings settings) throws IOException {
    String driver = settings.driverName();
    String instance = settings.instance();
    String shortInstance = hash(instance);
    return new SocketPaths(
        firstThatFits(
            pluginDir(settings),
            List.of("dra-" + instance + ".sock", "dra-" + shortInstance + ".sock")),
        firstThatFits(
            registryDir(settings),
            List.of(
                driver + "-" + instance + "-reg.sock",
                driver + "-" + shortInstance + "-reg.sock",
                "dra-" + hash(driver) + "-" + shortInstance + "-reg.sock")));
  }

  static Path registryDir(KubeletSettings settings) {
    return settings.kubeletDir().resolve("plugins_registry");
  }

  static Path pluginDir(KubeletSettings settings) {
    return settings.kubeletDir().resolve("plugins").resolve(settings.driverName());
  }

  /** The names that registration sockets of this driver's instances may have. */
  static Pattern registrationNames(String driver) {
    String either = "(" + Pattern.quote(driver) + "|dra-" + Pattern.quote(hash(driver)) + ")";
    return Pattern.compile(either + "-" + INSTANCE + "-reg\\.sock");
  }

  /** The same, whatever the instances are called; those of some other drivers may be among them. */
  static Pattern anyRegistrationNames(String driver) {
    String either = "(" + Pattern.quote(driver) + "|dra-" + Pattern.quote(hash(driver)) + ")";
    return Pattern.compile(either + "-[-_A-Za-z0-9]+-reg\\.sock");
  }

  /** The names that DRA sockets may have; the directory they lie in is the driver's own. */
  static Pattern draNames() {
    return Pattern.compile("dra-" + INSTANCE + "\\.sock");
  }

  private static Path firstThatFits(Path directory, List<String> names) throws IOException {
    Path path = directory;
    for (String name : names) {
      path = directory.resolve(name);
      if (bytes(path) <= MAX_BYTES) {
        return path;
      }
    }
    throw new IOException(
        "socket path "
            + path
            + " has "
            + bytes(path)
            + " bytes, a Unix socket takes at most "
            + MAX_BYTES
            + ": use a kubelet directory (--kubelet-dir, the kubelet's --root-dir) that is at least "
            + (bytes(path) - MAX_BYTES)
            + " bytes shorter");
  }

  private static int bytes(Path path) {
    return path.toString().getBytes(StandardCharsets.UTF_8).length;
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(Arrays.copyOf(digest, HASH_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
