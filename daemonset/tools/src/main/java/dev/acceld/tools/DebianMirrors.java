package dev.acceld.tools;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where an archive can be had: the address that the builder was given, else the one that this
 * machine's apt uses, else Debian's own.
 */
public final class DebianMirrors {
  private static final String PUBLIC = "https://deb.debian.org/";
  private static final String SNAPSHOT = "https://snapshot.debian.org/archive/";

  private final Optional<String> given;
  private final String pinned;

  /**
   * With what is configured.
   *
   * @param given the address above {@code debian} and {@code debian-security}, if one is configured
   * @param pinned a time such as {@code 20261124T000000Z} at which every pin was in the archive
   */
  public DebianMirrors(Optional<String> given, String pinned) {
    this.given = given;
    this.pinned = pinned;
  }

  /** Addresses of an archive, each ending in a slash, the best first. */
  public List<String> of(String archive) {
    List<String> addresses = new ArrayList<>();
    addresses.add(current(archive));
    addresses.add(SNAPSHOT + archive + "/" + pinned + "/");
    return addresses;
  }

  /** The address of an archive as it is today. */
  public String current(String archive) {
    return given
        .map(address -> (address.endsWith("/") ? address : address + "/") + archive + "/")
        .or(() -> ofApt(archive))
        .orElse(PUBLIC + archive + "/");
  }

  /** What apt's own configuration says; nothing on a machine without apt, or of another system. */
  private static Optional<String> ofApt(String archive) {
    String label = archive.equals("debian") ? "Debian" : "Debian-Security";
    return Run.of(
            "apt-get",
            "indextargets",
            "--format",
            "$(REPO_URI) $(ORIGIN) $(LABEL)",
            "Created-By: Packages")
        .tryOutput()
        .flatMap(text ->
            text.lines()
                .filter(line -> line.endsWith(" Debian " + label))
                .map(line -> line.substring(0, line.indexOf(' ')))
                .findFirst());
  }
}
