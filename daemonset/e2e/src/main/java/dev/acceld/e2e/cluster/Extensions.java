package dev.acceld.e2e.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.e2e.components.Cache;
import dev.acceld.e2e.components.Controller;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What controllers that run as processes of node 1 need in the API: their kinds, and webhooks that
 * the API server calls at an address instead of a Service.
 */
final class Extensions {
  private static final String WEBHOOKS = "/webhooks/";

  private final Cache cache;
  private final Path pki;

  Extensions(Cache cache, Path pki) {
    this.cache = cache;
    this.pki = pki;
  }

  void apply(Config access, Set<Controller> controllers) throws IOException {
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(access).build()) {
      for (Controller controller : controllers) {
        Path directory = cache.controller(controller);
        for (Path file : yaml(directory.resolve("crd"))) {
          for (JsonNode definition : documents(file)) {
            apply(client, definition);
          }
        }
        for (ObjectNode configuration : webhooks(controller, directory.resolve("webhook"))) {
          apply(client, configuration);
        }
      }
    }
  }

  private static void apply(KubernetesClient client, JsonNode object) {
    byte[] text = Serialization.asYaml(object).getBytes(StandardCharsets.UTF_8);
    for (HasMetadata item : client.load(new ByteArrayInputStream(text)).items()) {
      client.resource(item).forceConflicts().serverSideApply();
    }
  }

  /** The configurations, after the module's patches, which restrict them to the right pods. */
  List<ObjectNode> webhooks(Controller controller, Path directory) throws IOException {
    List<ObjectNode> configurations = new ArrayList<>();
    for (JsonNode document : documents(directory.resolve("manifests.yaml"))) {
      configurations.add((ObjectNode) document);
    }
    for (Path file : yaml(directory)) {
      String name = file.getFileName().toString();
      if (name.endsWith("-patch.yaml")) {
        configurations.stream()
            .filter(c ->
                c.path("kind").asText().toLowerCase(Locale.ROOT).startsWith(name.split("-", 2)[0]))
            .forEach(c -> patch(c, file));
      }
    }
    String authority =
        Base64.getEncoder().encodeToString(Files.readAllBytes(pki.resolve("ca.crt")));
    for (ObjectNode configuration : configurations) {
      configuration.withObject("/metadata").put("name", controller.id());
      keepServed(configuration.withArray("/webhooks"), controller);
      for (JsonNode webhook : configuration.path("webhooks")) {
        String path = webhook.at("/clientConfig/service/path").asText();
        ((ObjectNode) webhook)
            .putObject("clientConfig")
            .put("url", "https://" + Place.FIRST_ADDRESS + ":" + controller.webhookPort() + path)
            .put("caBundle", authority);
      }
    }
    return configurations;
  }

  private static void keepServed(ArrayNode webhooks, Controller controller) {
    Iterator<JsonNode> each = webhooks.iterator();
    while (each.hasNext()) {
      if (!controller.serves(each.next().at("/clientConfig/service/path").asText())) {
        each.remove();
      }
    }
  }

  /** Replaces whole webhooks: the patches do nothing else, and must not do so unnoticed. */
  private static void patch(ObjectNode configuration, Path file) {
    for (JsonNode step : documents(file).getFirst()) {
      String path = step.path("path").asText();
      if (!step.path("op").asText().equals("replace") || !path.startsWith(WEBHOOKS)) {
        throw new IllegalStateException(
            file + " has another change than the replacement of a webhook: " + step);
      }
      int index = Integer.parseInt(path.substring(WEBHOOKS.length()));
      ((ArrayNode) configuration.path("webhooks")).set(index, step.path("value"));
    }
  }

  private static List<JsonNode> documents(Path file) {
    try {
      return Arrays.stream(Files.readString(file).split("(?m)^---\\s*$"))
          .filter(text -> !text.isBlank())
          .map(text -> Serialization.unmarshal(text, JsonNode.class))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> yaml(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }
}
