package dev.acceld.image.sbom;

import dev.acceld.image.ImageException;
import dev.acceld.image.debian.Pin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.cyclonedx.Version;
import org.cyclonedx.exception.GeneratorException;
import org.cyclonedx.exception.ParseException;
import org.cyclonedx.generators.BomGeneratorFactory;
import org.cyclonedx.model.Bom;
import org.cyclonedx.model.Component;
import org.cyclonedx.model.Dependency;
import org.cyclonedx.model.Metadata;
import org.cyclonedx.model.Pedigree;
import org.cyclonedx.parsers.JsonParser;

/**
 * The bill of materials: of the document that Maven's CycloneDX plugin wrote (every jar's
 * coordinates, licence and digests), the jars that are in the image; and what did not come through
 * Maven.
 */
public final class Sbom {
  private final SortedMap<String, String> jars;
  private final List<Component> others = new ArrayList<>();

  /**
   * The image that the document is about.
   *
   * @param name without tag
   * @param version its tag
   * @param architecture as OCI names it
   * @param digest of its manifest
   */
  public record Image(String name, String version, String architecture, String digest) {}

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
    others.add(ImageComponents.of(pin));
  }

  /** Adds the runtime that jlink made from that JDK. */
  public void addJdk(String vendor, String version) {
    others.add(ImageComponents.ofJdk(vendor, version));
  }

  /**
   * Writes the document; the same for the same content, whenever it is written.
   *
   * @param maven what Maven's plugin wrote
   * @param image reference, digest and processor of the image
   * @throws ImageException the plugin's document is missing, cannot be read, or lacks a jar
   */
  public void write(Path maven, Image image, Path file) throws IOException {
    if (!Files.exists(maven)) {
      throw new ImageException(
          maven + " is missing; build by Maven, with the profile 'image', which makes it first");
    }
    Bom document = new Bom();
    Metadata metadata = new Metadata();
    metadata.setTimestamp(null);
    metadata.setComponent(ImageComponents.of(image));
    document.setMetadata(metadata);
    try {
      Bom source = new JsonParser().parse(maven.toFile());
      Set<String> inside = addJars(list(source.getComponents()), document);
      others.forEach(document::addComponent);
      addDependencies(list(source.getDependencies()), inside, document);
      Files.writeString(
          file, BomGeneratorFactory.createJson(Version.VERSION_16, document).toJsonString() + "\n");
    } catch (ParseException | GeneratorException e) {
      throw new ImageException(
          maven + " cannot be read as a bill of materials: " + e.getMessage() + "; build it anew",
          e);
    }
  }

  private static <T> List<T> list(List<T> mayBeNull) {
    return Optional.ofNullable(mayBeNull).orElse(List.of());
  }

  /** Those in the image; their names within the document. */
  private Set<String> addJars(List<Component> from, Bom to) {
    Set<String> inside = new HashSet<>();
    Set<String> open = new TreeSet<>(jars.keySet());
    for (Component component : from) {
      String jar = component.getName() + "-" + component.getVersion() + ".jar";
      if (open.remove(jar)) {
        inside.add(component.getBomRef());
        to.addComponent(asInImage(component, jars.getOrDefault(jar, "")));
      }
    }
    if (!open.isEmpty()) {
      throw new ImageException(
          "Maven's bill of materials has no "
              + String.join(", ", open)
              + "; it is of an older state: build agent and image in one go");
    }
    return inside;
  }

  /** The digests are those of the published jar, so that one that was changed has none. */
  private static Component asInImage(Component component, String change) {
    if (!change.isEmpty()) {
      component.setHashes(null);
      Pedigree pedigree = new Pedigree();
      pedigree.setNotes(change);
      component.setPedigree(pedigree);
    }
    return component;
  }

  private static void addDependencies(List<Dependency> from, Set<String> inside, Bom to) {
    for (Dependency dependency : from) {
      if (inside.contains(dependency.getRef())) {
        Dependency kept = new Dependency(dependency.getRef());
        for (Dependency target : list(dependency.getDependencies())) {
          if (inside.contains(target.getRef())) {
            kept.addDependency(new Dependency(target.getRef()));
          }
        }
        to.addDependency(kept);
      }
    }
  }
}
