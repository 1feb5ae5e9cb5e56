package dev.acceld.image.oci;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageLayoutTest {
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ImageSpec SPEC =
      new ImageSpec(
          "arm64",
          TIME,
          "localhost/thing",
          "1.2",
          "0:0",
          List.of("/usr/bin/thing"),
          List.of("run"),
          List.of("PATH=/usr/bin"),
          new TreeMap<>());

  @TempDir Path scratch;

  @Test
  void everyDescriptorLeadsToABlobOfItsDigestAndSize() throws IOException {
    Path layout = scratch.resolve("oci");
    String digest = write(layout, layers(layout));

    JsonNode image = JSON.readTree(layout.resolve("index.json").toFile()).at("/manifests/0");
    assertThat(image.at("/digest").asText()).isEqualTo(digest);
    assertThat(image.at("/platform/architecture").asText()).isEqualTo("arm64");
    JsonNode manifest = JSON.readTree(blob(layout, image).toFile());
    JsonNode config = JSON.readTree(blob(layout, manifest.at("/config")).toFile());
    manifest.at("/layers").forEach(layer -> blob(layout, layer));
    assertThat(manifest.at("/layers")).hasSize(1);
    assertThat(config.at("/config/Entrypoint/0").asText()).isEqualTo("/usr/bin/thing");
    assertThat(config.at("/config/Cmd/0").asText()).isEqualTo("run");
    assertThat(config.at("/rootfs/diff_ids")).hasSize(1);
  }

  @Test
  void theArchiveHasWhatDockersManifestNames() throws IOException {
    Path layout = scratch.resolve("oci");
    List<Layer> layers = layers(layout);
    write(layout, layers);
    Path archive = scratch.resolve("image.tar");
    byte[] docker = new ImageLayout(layout).dockerManifest(SPEC, layers);
    ImageArchive.write(layout, docker, TIME, archive);

    List<String> names = names(archive);
    JsonNode image = JSON.readTree(docker).get(0);
    assertThat(names).contains("oci-layout", "index.json", "manifest.json");
    assertThat(names).contains(image.at("/Config").asText(), image.at("/Layers/0").asText());
    assertThat(image.at("/RepoTags/0").asText()).isEqualTo("localhost/thing:1.2");
  }

  @Test
  void theSameImageHasTheSameArchive() throws IOException {
    Path one = archived("one");
    Path other = archived("other");

    assertThat(one).hasSameBinaryContentAs(other);
  }

  private Path archived(String name) throws IOException {
    Path layout = scratch.resolve(name);
    List<Layer> layers = layers(layout);
    write(layout, layers);
    Path archive = scratch.resolve(name + ".tar");
    ImageArchive.write(layout, new ImageLayout(layout).dockerManifest(SPEC, layers), TIME, archive);
    return archive;
  }

  private List<Layer> layers(Path layout) throws IOException {
    Path root = Files.createDirectories(scratch.resolve("root"));
    Files.writeString(root.resolve("file"), "content");
    return List.of(
        new LayerWriter(ImageLayout.blobs(layout), TIME)
            .write("test", root, new TreeSet<>(List.of("file"))));
  }

  private static String write(Path layout, List<Layer> layers) throws IOException {
    return new ImageLayout(layout).write(SPEC, layers);
  }

  private static Path blob(Path layout, JsonNode descriptor) {
    String digest = descriptor.at("/digest").asText().substring("sha256:".length());
    Path blob = ImageLayout.blobs(layout).resolve(digest);
    try {
      assertThat(Digest.ofFile(blob)).isEqualTo(digest);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    assertThat(blob).hasSize(descriptor.at("/size").asLong());
    return blob;
  }

  private static List<String> names(Path archive) throws IOException {
    List<String> names = new java.util.ArrayList<>();
    try (TarArchiveInputStream tar = new TarArchiveInputStream(Files.newInputStream(archive))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        names.add(entry.getName());
      }
    }
    return names;
  }
}
