package dev.acceld.image.oci;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An image as an OCI layout (image-layout.md, manifest.md and config.md of the OCI image
 * specification 1.1), with the {@code manifest.json} of {@code docker save} beside it: packed into
 * one tar archive it is what both containerd and Docker load.
 */
public final class ImageLayout {
  private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;

  /** In a directory whose {@code blobs/sha256} the layers were written to. */
  public ImageLayout(Path directory) {
    this.directory = directory;
  }

  /** Where a layout keeps its blobs. */
  public static Path blobs(Path directory) {
    return directory.resolve("blobs").resolve("sha256");
  }

  /** Writes all but the layers; the digest of the manifest, which is the image's. */
  public String write(ImageSpec spec, List<Layer> layers) throws IOException {
    Blob config = blob(CONFIG, config(spec, layers));
    Map<String, Object> manifest = new LinkedHashMap<>();
    manifest.put("schemaVersion", 2);
    manifest.put("mediaType", MANIFEST);
    manifest.put("config", config.descriptor());
    manifest.put("layers", layers.stream().map(ImageLayout::descriptor).toList());
    manifest.put("annotations", spec.labels());
    Blob image = blob(MANIFEST, manifest);

    Map<String, Object> entry = image.descriptor();
    entry.put("platform", platform(spec));
    Map<String, String> names = new LinkedHashMap<>();
    names.put("io.containerd.image.name", spec.reference()); // what containerd calls it
    names.put("org.opencontainers.image.ref.name", spec.tag()); // what other tools choose it by
    entry.put("annotations", names);
    Map<String, Object> index = new LinkedHashMap<>();
    index.put("schemaVersion", 2);
    index.put("mediaType", INDEX);
    index.put("manifests", List.of(entry));
    Files.write(directory.resolve("index.json"), JSON.writeValueAsBytes(index));
    Files.writeString(directory.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    return "sha256:" + image.digest();
  }

  /** What {@code docker load} wants to see beside the layout. */
  public byte[] dockerManifest(ImageSpec spec, List<Layer> layers) throws IOException {
    Map<String, Object> image = new LinkedHashMap<>();
    image.put("Config", "blobs/sha256/" + Digest.of(JSON.writeValueAsBytes(config(spec, layers))));
    image.put("RepoTags", List.of(spec.reference()));
    image.put("Layers", layers.stream().map(one -> "blobs/sha256/" + one.digest()).toList());
    return JSON.writeValueAsBytes(List.of(image));
  }

  private static Map<String, Object> config(ImageSpec spec, List<Layer> layers) {
    Map<String, Object> process = new LinkedHashMap<>();
    process.put("User", spec.user());
    process.put("Env", spec.environment());
    process.put("Entrypoint", spec.entrypoint());
    process.put("Cmd", spec.command());
    process.put("WorkingDir", "/");
    process.put("Labels", spec.labels());
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("created", spec.created().toString());
    config.putAll(platform(spec));
    config.put("config", process);
    Map<String, Object> rootfs = new LinkedHashMap<>();
    rootfs.put("type", "layers");
    rootfs.put("diff_ids", layers.stream().map(one -> "sha256:" + one.diffId()).toList());
    config.put("rootfs", rootfs);
    List<Map<String, Object>> history = new ArrayList<>();
    for (Layer layer : layers) {
      Map<String, Object> step = new LinkedHashMap<>();
      step.put("created", spec.created().toString());
      step.put("created_by", layer.title());
      history.add(step);
    }
    config.put("history", history);
    return config;
  }

  private static Map<String, Object> platform(ImageSpec spec) {
    Map<String, Object> platform = new LinkedHashMap<>();
    platform.put("architecture", spec.architecture());
    platform.put("os", "linux");
    return platform;
  }

  private static Map<String, Object> descriptor(Layer layer) {
    return new Blob(LAYER, layer.digest(), layer.size()).descriptor();
  }

  private Blob blob(String mediaType, Map<String, Object> content) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(content);
    String digest = Digest.of(bytes);
    Files.write(blobs(directory).resolve(digest), bytes);
    return new Blob(mediaType, digest, bytes.length);
  }

  private record Blob(String mediaType, String digest, long size) {
    Map<String, Object> descriptor() {
      Map<String, Object> descriptor = new LinkedHashMap<>();
      descriptor.put("mediaType", mediaType);
      descriptor.put("digest", "sha256:" + digest);
      descriptor.put("size", size);
      return descriptor;
    }
  }
}
