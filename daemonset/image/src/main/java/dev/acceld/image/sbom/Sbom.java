package dev.acceld.image.sbom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.image.ImageException;
import dev.acceld.image.debian.Pin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The bill of materials: of the document that Maven's CycloneDX plugin wrote (every jar's
 * coordinates, licence and digests), the jars that are in the image; and what did not come through
 * Maven.
 */
public final class Sbom {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final SortedMap<String, String> jars;
  private final List<Component> others = new ArrayList<>();

  /**
   * Of jars.
   *
   * @param jars their file names with Maven's version in them, and what was done to each; empty for
   *     one that is as it was published
   */
  public Sbom(SortedMap<String, String> jars) {
    this.jars = new TreeMap<>(jars);
  }

  /** Adds a Debian package. */
  public void add(Pin pin) {
    others.add(Component.of(pin));
  }

  /** Adds the runtime that jlink made from that JDK. */
  public void addJdk(String vendor, String version) {
    others.add(Component.ofJdk(vendor, version));
  }

  /**
   * Writes the document.
   *
   * @param maven what Maven's plugin wrote
   * @param image reference, digest and processor of the image
   * @throws ImageException the plugin's document is missing, or lacks a jar
   */
  public void write(Path maven, Image image, Path file) throws IOException {
    if (!Files.exists(maven)) {
      throw new ImageException(maven + " is missing; build it with Maven and the profile 'image'");
    }
    ObjectNode source = (ObjectNode) JSON.readTree(maven.toFile());
    ObjectNode document = JSON.createObjectNode();
    document.put("bomFormat", "CycloneDX");
    document.set("specVersion", source.get("specVersion"));
    document.put("version", 1);
    document.putObject("metadata").set("component", image.json());
    ArrayNode components = document.putArray("components");
    Set<String> inside = addJars(source.path("components"), components);
    others.forEach(one -> components.add(one.json()));
    ArrayNode dependencies = document.putArray("dependencies");
    addDependencies(source.path("dependencies"), inside, dependencies);
    Files.writeString(file, JSON.writeValueAsString(document) + "\n");
  }

  /** Those in the image; their names within the document. */
  private Set<String> addJars(JsonNode from, ArrayNode to) {
    Set<String> inside = new HashSet<>();
    Set<String> open = new TreeSet<>(jars.keySet());
    for (JsonNode component : from) {
      String jar =
          component.path("name").asText() + "-" + component.path("version").asText() + ".jar";
      if (open.remove(jar)) {
        inside.add(component.path("bom-ref").asText());
        to.add(asInImage((ObjectNode) component, jars.getOrDefault(jar, "")));
      }
    }
    if (!open.isEmpty()) {
      throw new ImageException(
          "Maven's bill of materials has no "
              + String.join(", ", open)
              + "; it is outdated: build agent and image in one run");
    }
    return inside;
  }

  /** The digests are those of the published jar, so that one that was changed has none. */
  private static ObjectNode asInImage(ObjectNode component, String change) {
    if (!change.isEmpty()) {
      component.remove("hashes");
      component.putObject("pedigree").put("notes", change);
    }
    return component;
  }

  private static void addDependencies(JsonNode from, Set<String> inside, ArrayNode to) {
    for (JsonNode dependency : from) {
      if (inside.contains(dependency.path("ref").asText())) {
        ObjectNode kept = to.addObject();
        kept.set("ref", dependency.get("ref"));
        ArrayNode on = kept.putArray("dependsOn");
        for (JsonNode target : dependency.path("dependsOn")) {
          if (inside.contains(target.asText())) {
            on.add(target);
          }
        }
      }
    }
  }

  /**
   * The image that the document is about.
   *
   * @param name without tag
   * @param version its tag
   * @param architecture as OCI names it
   * @param digest of its manifest
   */
  public record Image(String name, String version, String architecture, String digest) {
    ObjectNode json() {
      String purl =
          "pkg:oci/"
              + name.substring(name.lastIndexOf('/') + 1)
              + "@"
              + Component.encoded(digest)
              + "?arch="
              + architecture
              + "&tag="
              + Component.encoded(version);
      ObjectNode json = JSON.createObjectNode();
      json.put("type", "container").put("bom-ref", purl).put("name", name);
      json.put("version", version).put("purl", purl);
      return json;
    }
  }
}
