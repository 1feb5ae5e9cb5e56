package dev.acceld.image.debian;

/**
 * One package of one version, and the digest that it must have.
 *
 * @param name the package's name
 * @param version its version
 * @param architecture {@code amd64} or {@code arm64}
 * @param archive {@code debian} or {@code debian-security}: the last part of the archive's address
 * @param path the file below the archive's address
 * @param sha256 of the file, in hexadecimal
 */
public record Pin(
    String name, String version, String architecture, String archive, String path, String sha256) {

  /** {@code libc6 2.41-12 (amd64)}. */
  public String title() {
    return name + " " + version + " (" + architecture + ")";
  }

  /** Whether the other is the same package, perhaps of another version. */
  boolean isOfSamePackage(Pin other) {
    return name.equals(other.name) && architecture.equals(other.architecture);
  }
}
