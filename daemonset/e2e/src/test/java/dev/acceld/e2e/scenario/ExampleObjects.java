package dev.acceld.e2e.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.e2e.install.Sources;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Collectors;

/** An example as objects, for tests that need it with a change. */
final class ExampleObjects {
  private ExampleObjects() {}

  /** In the order of the file. */
  static List<ObjectNode> of(String file) {
    try {
      return List.of(Files.readString(Sources.example(file)).split("(?m)^---\n")).stream()
          .map(text -> (ObjectNode) Serialization.unmarshal(text, JsonNode.class))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As a file again. */
  static String yaml(List<ObjectNode> objects) {
    return objects.stream()
        .map(Serialization::asYaml)
        .map(text -> text.startsWith("---\n") ? text : "---\n" + text)
        .collect(Collectors.joining());
  }
}
