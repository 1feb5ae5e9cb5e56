package dev.acceld.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.fake.kubelet.PrepareAnswer.AnsweredDevice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The variables that a runtime gives to containers by the CDI files of a stage. */
final class ContainerEnvironment {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ContainerEnvironment() {}

  /**
   * Of a container that gets these devices, without the names of devices: a later file's variable
   * replaces.
   */
  static Map<String, String> of(AgentStage stage, List<AnsweredDevice> devices) throws Exception {
    Map<String, JsonNode> byId = new HashMap<>();
    try (Stream<Path> files = Files.list(stage.cdiDir())) {
      for (Path file : files.toList()) {
        JsonNode spec = JSON.readTree(file.toFile());
        for (JsonNode device : spec.path("devices")) {
          byId.put(spec.path("kind").asText() + "=" + device.path("name").asText(), device);
        }
      }
    }
    Map<String, String> env = new TreeMap<>();
    for (AnsweredDevice device : devices) {
      for (String id : device.cdiIds()) {
        for (JsonNode e : Objects.requireNonNull(byId.get(id)).at("/containerEdits/env")) {
          String[] pair = e.asText().split("=", 2);
          if (!pair[0].startsWith("ACCELD_")) {
            env.put(pair[0], pair[1]);
          }
        }
      }
    }
    return env;
  }
}
