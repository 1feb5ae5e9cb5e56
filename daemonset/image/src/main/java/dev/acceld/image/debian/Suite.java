package dev.acceld.image.debian;

/** Where Debian 13 gets its packages. */
enum Suite {
  /** The release as of its latest point. */
  STABLE("debian", "trixie"),
  /** What is urgent and not about security. */
  UPDATES("debian", "trixie-updates"),
  /** What is about security. */
  SECURITY("debian-security", "trixie-security");

  private final String archive;
  private final String codename;

  Suite(String archive, String codename) {
    this.archive = archive;
    this.codename = codename;
  }

  /** The last part of the archive's address. */
  String archive() {
    return archive;
  }

  /** The directory below {@code dists}. */
  String directory() {
    return "dists/" + codename + "/";
  }
}
