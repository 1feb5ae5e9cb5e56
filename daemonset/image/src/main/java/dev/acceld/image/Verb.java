package dev.acceld.image;

import java.util.Locale;

/** What the builder can be asked to do. */
enum Verb {
  /** Build the images. */
  BUILD,
  /** Renew the list of classes that the archive is made of. */
  CLASSES,
  /** Renew the pins of Debian's packages. */
  PINS;

  /** The command that does it, from the top of the source tree. */
  String command() {
    return "./mvnw -Pimage -DskipTests -Dimage.verb="
        + name().toLowerCase(Locale.ROOT)
        + " -pl daemonset/image -am package";
  }
}
