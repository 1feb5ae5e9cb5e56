package dev.acceld.image.sbom;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.image.debian.Pin;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * A part of the image that Maven knows nothing of.
 *
 * @param type CycloneDX's word for what it is
 * @param name its name
 * @param version its version
 * @param purl its package URL, which is its name within the document, too
 * @param licence an SPDX expression; empty when there is no short one
 * @param sha256 of the file that it came in; empty when it came in none
 */
record Component(
    String type, String name, String version, String purl, String licence, String sha256) {

  /** A Debian package. */
  static Component of(Pin pin) {
    return new Component(
        "library",
        pin.name(),
        pin.version(),
        "pkg:deb/debian/"
            + encoded(pin.name())
            + "@"
            + encoded(pin.version()).replace("%3A", ":")
            + "?arch="
            + pin.architecture()
            + "&distro=debian-13",
        "", // dozens a package, in /usr/share/doc of the image
        pin.sha256());
  }

  /** A Java runtime that jlink put together from a JDK. */
  static Component ofJdk(String vendor, String version) {
    return new Component(
        "platform",
        "OpenJDK (" + vendor + ")",
        version,
        "pkg:generic/openjdk@" + encoded(version) + "?vendor=" + encoded(vendor),
        "GPL-2.0-only WITH Classpath-exception-2.0",
        "");
  }

  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("type", type).put("bom-ref", purl).put("name", name).put("version", version);
    if (!sha256.isEmpty()) {
      json.putArray("hashes").addObject().put("alg", "SHA-256").put("content", sha256);
    }
    if (!licence.isEmpty()) {
      json.putArray("licenses").addObject().put("expression", licence);
    }
    json.put("purl", purl);
    return json;
  }

  /** As package URLs want it: all but letters, digits, dot, dash, underscore and tilde. */
  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }
}
