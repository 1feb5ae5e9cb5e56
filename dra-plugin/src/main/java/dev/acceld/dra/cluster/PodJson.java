package dev.acceld.dra.cluster;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.acceld.vendor.PodFacts;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what is wanted of a Pod, token by token: the rest is skipped unseen. */
final class PodJson {
  private final Map<String, String> meta = new HashMap<>();
  private final Map<String, String> spec = new HashMap<>();
  private final Map<String, String> labels = new HashMap<>();
  private final Map<String, String> annotations = new HashMap<>();
  private ClusterApi.@Nullable Owner owner;
  private final ContainersJson containers = new ContainersJson();

  private PodJson() {}

  static ClusterApi.Pod read(JsonFactory json, InputStream body) throws IOException {
    PodJson pod = new PodJson();
    try (JsonParser p = json.createParser(body)) {
      if (p.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("the answer is not a JSON object");
      }
      Fields.each(p, pod::top);
    }
    PodRef ref =
        new PodRef(
            pod.meta.getOrDefault("namespace", ""),
            pod.meta.getOrDefault("name", ""),
            pod.meta.getOrDefault("uid", ""));
    if (ref.uid().isEmpty()) {
      throw new IOException("the answer has no metadata.uid");
    }
    return new ClusterApi.Pod(
        ref,
        Optional.ofNullable(pod.owner),
        new PodFacts(
            ref.path(),
            Optional.ofNullable(pod.spec.get("hostname")),
            Optional.ofNullable(pod.spec.get("subdomain")),
            pod.labels,
            pod.annotations),
        pod.containers.of(ref.uid()));
  }

  private void top(String field, JsonParser p) throws IOException {
    switch (field) {
      case "metadata" -> Fields.each(p, this::metadata);
      case "spec" ->
          Fields.each(
              p,
              (key, q) -> {
                if (!containers.spec(key, q)) {
                  take(key, q, spec);
                }
              });
      case "status" -> Fields.each(p, containers::status);
      default -> p.skipChildren();
    }
  }

  private void metadata(String field, JsonParser p) throws IOException {
    switch (field) {
      case "labels" -> Fields.each(p, (key, q) -> take(key, q, labels));
      case "annotations" -> Fields.each(p, (key, q) -> take(key, q, annotations));
      case "ownerReferences" -> Fields.items(p, this::reference);
      default -> take(field, p, meta);
    }
  }

  private void reference(JsonParser p) throws IOException {
    Map<String, String> texts = new HashMap<>();
    boolean[] controller = {false};
    Fields.each(
        p,
        (key, q) -> {
          if (key.equals("controller")) {
            controller[0] = q.currentToken() == JsonToken.VALUE_TRUE;
            q.skipChildren();
          } else {
            take(key, q, texts);
          }
        });
    if (controller[0]) {
      owner = new ClusterApi.Owner(texts.getOrDefault("kind", ""), texts.getOrDefault("name", ""));
    }
  }

  static void take(String key, JsonParser p, Map<String, String> into) throws IOException {
    Fields.text(p).ifPresent(text -> into.put(key, text));
  }
}
