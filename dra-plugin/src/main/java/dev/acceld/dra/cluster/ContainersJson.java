package dev.acceld.dra.cluster;

import com.fasterxml.jackson.core.JsonParser;
import dev.acceld.dra.cluster.PodContainers.Container;
import dev.acceld.dra.cluster.PodContainers.Use;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads of a Pod which containers use which claims. */
final class ContainersJson {
  private final Map<String, Set<Use>> containers = new LinkedHashMap<>();
  private final Map<String, String> claims = new HashMap<>();
  private final Map<String, List<String>> extended = new LinkedHashMap<>();
  private String extendedClaim = "";

  /**
   * Takes a field of the pod's {@code spec}.
   *
   * @return false for one that is not wanted; then nothing is consumed
   */
  boolean spec(String field, JsonParser p) throws IOException {
    switch (field) {
      case "containers", "initContainers" -> Fields.items(p, this::container);
      case "resourceClaims" -> Fields.items(p, this::claim);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Consumes a field of the pod's {@code status}. */
  void status(String field, JsonParser p) throws IOException {
    switch (field) {
      case "resourceClaimStatuses" -> Fields.items(p, this::claim);
      case "extendedResourceClaimStatus" -> Fields.each(p, this::extended);
      default -> p.skipChildren();
    }
  }

  /** In {@code spec} with the name of a claim, or of a template; in {@code status} the former. */
  private void claim(JsonParser p) throws IOException {
    Map<String, String> texts = texts(p);
    String claim = texts.getOrDefault("resourceClaimName", "");
    if (!claim.isEmpty()) {
      claims.put(texts.getOrDefault("name", ""), claim);
    }
  }

  private void container(JsonParser p) throws IOException {
    Map<String, String> texts = new HashMap<>();
    Set<Use> uses = new LinkedHashSet<>();
    Fields.each(
        p,
        (key, q) -> {
          if (key.equals("resources")) {
            Fields.each(
                q,
                (resource, r) -> {
                  if (resource.equals("claims")) {
                    Fields.items(r, item -> uses.add(use(texts(item))));
                  } else {
                    r.skipChildren();
                  }
                });
          } else {
            PodJson.take(key, q, texts);
          }
        });
    containers.put(texts.getOrDefault("name", ""), uses);
  }

  /** With the pod's own name of the claim. */
  private static Use use(Map<String, String> texts) {
    return new Use(
        texts.getOrDefault("name", ""),
        Optional.ofNullable(texts.get("request")).filter(r -> !r.isEmpty()));
  }

  /** The claim that the scheduler made for extended resources such as {@code google.com/tpu}. */
  private void extended(String field, JsonParser p) throws IOException {
    switch (field) {
      case "requestMappings" ->
          Fields.items(
              p,
              item -> {
                Map<String, String> texts = texts(item);
                extended
                    .computeIfAbsent(
                        texts.getOrDefault("containerName", ""), c -> new ArrayList<>())
                    .add(texts.getOrDefault("requestName", ""));
              });
      case "resourceClaimName" -> extendedClaim = p.getValueAsString("");
      default -> p.skipChildren();
    }
  }

  private static Map<String, String> texts(JsonParser p) throws IOException {
    Map<String, String> texts = new HashMap<>();
    Fields.each(p, (key, q) -> PodJson.take(key, q, texts));
    return texts;
  }

  /** What was read, of the pod of that UID. A claim that has no name yet is used by nobody yet. */
  PodContainers of(String pod) {
    List<Container> all = new ArrayList<>();
    containers.forEach((name, named) -> {
      Set<Use> uses = new LinkedHashSet<>();
      for (Use use : named) {
        Optional.ofNullable(claims.get(use.claim()))
            .ifPresent(claim -> uses.add(new Use(claim, use.request())));
      }
      extended
          .getOrDefault(name, List.of())
          .forEach(request -> uses.add(new Use(extendedClaim, Optional.of(request))));
      if (!uses.isEmpty()) {
        all.add(new Container(name, uses));
      }
    });
    return new PodContainers(pod, all);
  }
}
