package dev.acceld.image.sbom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.image.ImageException;
import dev.acceld.image.debian.Pin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.cyclonedx.Version;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SbomTest {
  private static final Sbom.Image IMAGE =
      new Sbom.Image("localhost/acceld", "0.1.0", "amd64", "sha256:" + "ab".repeat(32));

  @TempDir Path directory;
  private Path maven = Path.of("");

  @BeforeEach
  void mavenHasThreeJars() throws IOException {
    maven = directory.resolve("maven.json");
    Files.writeString(
        maven,
        """
        {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
         "components": [
           {"type": "library", "bom-ref": "a", "name": "agent", "version": "0.1.0", "purl": "pkg:maven/dev.acceld/agent@0.1.0",
            "hashes": [{"alg": "MD5", "content": "0123456789abcdef0123456789abcdef"}]},
           {"type": "library", "bom-ref": "j", "name": "jna", "version": "5.19.1", "licenses": [{"license": {"id": "Apache-2.0"}}],
            "hashes": [{"alg": "MD5", "content": "0123456789abcdef0123456789abcdef"}]},
           {"type": "library", "bom-ref": "x", "name": "okio", "version": "3.1"}],
         "dependencies": [
           {"ref": "a", "dependsOn": ["j", "x"]}, {"ref": "j", "dependsOn": []}, {"ref": "x"}]}
        """);
  }

  @Test
  void hasWhatIsInTheImageAndFitsTheSchema() throws Exception {
    Sbom sbom =
        new Sbom(new TreeMap<>(Map.of("agent-0.1.0.jar", "", "jna-5.19.1.jar", "made smaller")));
    sbom.add(
        new Pin("libstdc++6", "1:2.0~a-1+b2", "amd64", "debian", "pool/l.deb", "cd".repeat(32)));
    sbom.addJdk("Eclipse Adoptium", "25.0.3+9-LTS");
    Path file = directory.resolve("image.cdx.json");

    sbom.write(maven, IMAGE, file);

    assertThat(new JsonParser().validate(file.toFile(), Version.VERSION_16)).isEmpty();
    JsonNode document = new ObjectMapper().readTree(file.toFile());
    assertThat(document.path("metadata").path("component").path("purl").asText())
        .isEqualTo("pkg:oci/acceld@sha256%3A" + "ab".repeat(32) + "?arch=amd64&tag=0.1.0");
    JsonNode components = document.path("components");
    assertThat(components.findValuesAsText("name"))
        .containsExactly("agent", "jna", "libstdc++6", "OpenJDK (Eclipse Adoptium)");
    assertThat(components.get(0).path("hashes")).hasSize(1);
    assertThat(components.get(1).path("hashes").isMissingNode())
        .as("digest of a jar that is not as it was published")
        .isTrue();
    assertThat(components.get(2).path("purl").asText())
        .isEqualTo("pkg:deb/debian/libstdc%2B%2B6@1:2.0~a-1%2Bb2?arch=amd64&distro=debian-13");
    JsonNode dependencies = document.path("dependencies");
    assertThat(dependencies).hasSize(2);
    assertThat(dependencies.get(0).path("dependsOn")).hasSize(1);
  }

  @Test
  void isTheSameTwice() throws IOException {
    Sbom sbom = new Sbom(new TreeMap<>(Map.of("agent-0.1.0.jar", "")));
    Path one = directory.resolve("one.json");
    Path two = directory.resolve("two.json");

    sbom.write(maven, IMAGE, one);
    sbom.write(maven, IMAGE, two);

    assertThat(one).hasSameTextualContentAs(two);
  }

  @Test
  void namesAJarThatMavenDoesNotKnow() {
    Sbom sbom = new Sbom(new TreeMap<>(Map.of("agent-0.1.0.jar", "", "gson-2.jar", "")));

    assertThatThrownBy(() -> sbom.write(maven, IMAGE, directory.resolve("image.cdx.json")))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("has no gson-2.jar");
  }

  @Test
  void saysHowToGetMavensPart() {
    Sbom sbom = new Sbom(new TreeMap<>(Map.of("agent-0.1.0.jar", "")));

    assertThatThrownBy(
            () -> sbom.write(directory.resolve("absent"), IMAGE, directory.resolve("image.json")))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("profile 'image'");
  }
}
