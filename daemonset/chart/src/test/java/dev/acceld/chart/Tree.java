package dev.acceld.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of {@code daemonset/}, and YAML. */
final class Tree {
  /** {@code daemonset/}; tests run in {@code daemonset/chart}. */
  static final Path DAEMONSET = Path.of("..").toAbsolutePath().normalize();

  static final Path CHART = DAEMONSET.resolve("chart/acceld");

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private Tree() {}

  static String text(Path file) throws IOException {
    return Files.readString(file);
  }

  /** The documents of a YAML text; empty ones are left out. */
  static List<JsonNode> documents(String yaml) throws IOException {
    try (MappingIterator<JsonNode> all = YAML.readerFor(JsonNode.class).readValues(yaml)) {
      return all.readAll().stream().filter(JsonNode::isObject).toList();
    }
  }

  static JsonNode document(Path file) throws IOException {
    return YAML.readTree(file.toFile());
  }

  /** The YAML files in a directory, sorted. */
  static List<Path> yamlFiles(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
    }
  }
}
