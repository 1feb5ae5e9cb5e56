package dev.acceld.agent.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Whether the kubelet's gate for dynamic resource allocation was switched off, as far as its
 * configuration can be read. A running agent knows it for sure: the kubelet refuses it.
 */
final class GateCheck implements Check {
  private static final String GATE = "DynamicResourceAllocation";

  private final Path kubeletDir;
  private final KubeletProcess kubelet;

  GateCheck(Path kubeletDir, KubeletProcess kubelet) {
    this.kubeletDir = kubeletDir;
    // Another node's kubelet on the same machine says nothing about this one's.
    this.kubelet =
        kubelet.seen() && kubelet.rootDir().equals(kubeletDir)
            ? kubelet
            : new KubeletProcess(List.of());
  }

  @Override
  public String name() {
    return "kubelet's gate";
  }

  @Override
  public List<Finding> look() throws IOException {
    if (kubelet.flag("feature-gates").filter(g -> g.contains(GATE + "=false")).isPresent()) {
      return List.of(off("--feature-gates of the kubelet"));
    }
    Path file = kubelet.flag("config").map(Path::of).orElse(kubeletDir.resolve("config.yaml"));
    if (!Files.isReadable(file)) {
      return List.of(
          Finding.skipped(name(), "the kubelet's configuration cannot be read from here"));
    }
    JsonNode gate =
        new ObjectMapper(new YAMLFactory())
            .readTree(Files.readAllBytes(file))
            .path("featureGates")
            .path(GATE);
    return List.of(
        gate.isBoolean() && !gate.asBoolean()
            ? off(file.toString())
            : Finding.ok(name(), file + " does not disable " + GATE));
  }

  private Finding off(String where) {
    return Finding.fail(
        name(),
        where + " disables " + GATE + ", so the kubelet rejects every DRA driver",
        "remove the setting (the gate is on by default from Kubernetes 1.34) and restart the"
            + " kubelet");
  }
}
