package dev.acceld.image.sbom;

import dev.acceld.image.debian.Pin;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.cyclonedx.model.Component;
import org.cyclonedx.model.Hash;
import org.cyclonedx.model.LicenseChoice;
import org.cyclonedx.model.license.Expression;

/**
 * The parts of the image that Maven knows nothing of, and the image itself. A component's package
 * URL is its name within the document, too.
 */
final class ImageComponents {
  private ImageComponents() {}

  /** A Debian package. Its licences are dozens, in /usr/share/doc of the image. */
  static Component of(Pin pin) {
    Component component =
        component(
            Component.Type.LIBRARY,
            pin.name(),
            pin.version(),
            "pkg:deb/debian/"
                + encoded(pin.name())
                + "@"
                + encoded(pin.version()).replace("%3A", ":")
                + "?arch="
                + pin.architecture()
                + "&distro=debian-13");
    component.addHash(new Hash(Hash.Algorithm.SHA_256, pin.sha256()));
    return component;
  }

  /** A Java runtime that jlink put together from a JDK. */
  static Component ofJdk(String vendor, String version) {
    Component component =
        component(
            Component.Type.PLATFORM,
            "OpenJDK (" + vendor + ")",
            version,
            "pkg:generic/openjdk@" + encoded(version) + "?vendor=" + encoded(vendor));
    LicenseChoice licence = new LicenseChoice();
    licence.setExpression(new Expression("GPL-2.0-only WITH Classpath-exception-2.0"));
    component.setLicenses(licence);
    return component;
  }

  /** The image. */
  static Component of(Sbom.Image image) {
    String name = image.name();
    return component(
        Component.Type.CONTAINER,
        name,
        image.version(),
        "pkg:oci/"
            + name.substring(name.lastIndexOf('/') + 1)
            + "@"
            + encoded(image.digest())
            + "?arch="
            + image.architecture()
            + "&tag="
            + encoded(image.version()));
  }

  private static Component component(
      Component.Type type, String name, String version, String purl) {
    Component component = new Component();
    component.setType(type);
    component.setBomRef(purl);
    component.setName(name);
    component.setVersion(version);
    component.setPurl(purl);
    return component;
  }

  /** As package URLs want it: all but letters, digits, dot, dash, underscore and tilde. */
  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }
}
