package dev.acceld.agent.cli.top.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.agent.cli.text.PlainText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An agent's answer: a busy GPU, one with partitions, a broken one, a lost one, a TPU that hangs.
 */
final class Scene {
  static final Path RESOURCES = Path.of("src/test/resources/dev/acceld/agent/cli/top/page");
  static final String GPU_0 = "gpu-000000a0";
  static final String GPU_1 = "gpu-000000a1";

  final ObjectNode node;
  final JsonNode faults;

  Scene() {
    try {
      JsonNode all =
          new ObjectMapper().readTree(Files.readString(RESOURCES.resolve("answer.json")));
      node = (ObjectNode) all.path("node");
      faults = all.path("faults");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** A device of it, to be changed. */
  ObjectNode device(int index) {
    return (ObjectNode) node.path("devices").path(index);
  }

  Answer answer() {
    return answer(0, "");
  }

  Answer answer(double age, String waiting) {
    return new Answer(PlainText.of(node), PlainText.of(faults), "", age, waiting, age);
  }
}
