package dev.acceld.agent.web;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.machine.description.Suggestions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The members of one mapping in the file; every mistake is told with the member's full name. */
final class Members {
  private static final Set<String> YES = Set.of("true", "yes", "on", "y");
  private static final Set<String> NO = Set.of("false", "no", "off", "n");

  private final String file;
  private final String path;
  private final JsonNode node;

  /**
   * Of that mapping.
   *
   * @param path ends in a period, or is empty
   * @param known the members that there may be
   */
  Members(String file, String path, JsonNode node, Set<String> known) throws WebConfigException {
    this(file, path, node);
    for (Map.Entry<String, JsonNode> one : node.properties()) {
      if (!known.contains(one.getKey())) {
        throw wrong(
            one.getKey(),
            "is not a member of this format"
                + Suggestions.to(one.getKey(), known)
                    .map(n -> "; did you mean '" + n + "'?")
                    .orElse("; the members here are " + String.join(", ", known))
                + bearer(one.getKey()));
      }
    }
  }

  private Members(String file, String path, JsonNode node) throws WebConfigException {
    this.file = file;
    this.path = path;
    this.node = node;
    if (!node.isMissingNode() && !node.isNull() && !node.isObject()) {
      throw new WebConfigException(
          file
              + ": "
              + (path.isEmpty() ? "the file" : path.substring(0, path.length() - 1))
              + " must be a mapping of members; use 'name: value' lines");
    }
  }

  private static String bearer(String member) {
    return member.contains("bearer") || member.equals("authorization")
        ? "; the format has no bearer tokens: use basic_auth_users or client certificates"
        : "";
  }

  /** The mapping below that member; empty when it is absent. */
  Members below(String member, Set<String> known) throws WebConfigException {
    return new Members(file, path + member + ".", node.path(member), known);
  }

  boolean has(String member) {
    return node.hasNonNull(member);
  }

  WebConfigException wrong(String member, String what) {
    return new WebConfigException(file + ": " + path + member + " " + what);
  }

  /** Empty when it is absent or blank, as for exporters in Go. */
  Optional<String> text(String member) throws WebConfigException {
    JsonNode value = node.path(member);
    if (value.isContainerNode()) {
      throw wrong(member, "must be one value");
    }
    return Optional.of(value.asText("")).filter(v -> !v.isBlank() && !value.isNull());
  }

  List<String> texts(String member) throws WebConfigException {
    JsonNode value = node.path(member);
    if (value.isMissingNode() || value.isNull()) {
      return List.of();
    }
    List<String> all = new ArrayList<>();
    for (JsonNode one : value) {
      all.add(one.asText());
    }
    if (!value.isArray() || all.contains("")) {
      throw wrong(member, "must be a list of words; use [A, B]");
    }
    return List.copyOf(all);
  }

  /** The members of a mapping that may have any. */
  Map<String, String> map(String member) throws WebConfigException {
    Members below = new Members(file, path + member + ".", node.path(member));
    Map<String, String> all = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> one : node.path(member).properties()) {
      all.put(one.getKey(), below.text(one.getKey()).orElse(""));
    }
    return all;
  }

  Optional<Boolean> flag(String member) throws WebConfigException {
    Optional<String> value = text(member);
    if (value.isPresent() && !YES.contains(value.get()) && !NO.contains(value.get())) {
      throw wrong(member, "is '" + value.get() + "'; use true or false");
    }
    return value.map(YES::contains);
  }
}
