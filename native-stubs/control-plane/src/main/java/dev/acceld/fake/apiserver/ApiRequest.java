package dev.acceld.fake.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * A request as the API server understands it.
 *
 * @param verb in the words of RBAC
 * @param status true for the subresource {@code status}
 * @param namespace empty for cluster-scoped objects and lists over all namespaces
 * @param name empty for collections
 */
record ApiRequest(
    String verb,
    ApiKind kind,
    boolean status,
    String namespace,
    String name,
    Map<String, String> query) {

  static ApiRequest parse(String method, URI uri) throws ApiRefusalException {
    String path = uri.getPath();
    for (ApiKind kind : ApiKind.values()) {
      if (!path.startsWith(kind.base() + "/")) {
        continue;
      }
      String[] parts = path.substring(kind.base().length() + 1).split("/");
      int at = parts.length > 2 && parts[0].equals("namespaces") ? 2 : 0;
      if (at >= parts.length || !parts[at].equals(kind.plural()) || parts.length > at + 3) {
        continue;
      }
      String name = parts.length > at + 1 ? parts[at + 1] : "";
      boolean status = parts.length > at + 2 && parts[at + 2].equals("status");
      Map<String, String> query = query(uri);
      return new ApiRequest(
          verb(method, name, query), kind, status, at == 2 ? parts[1] : "", name, query);
    }
    throw new ApiRefusalException(
        404, "NotFound", "the server could not find the requested resource " + path);
  }

  private static String verb(String method, String name, Map<String, String> query) {
    return switch (method) {
      case "GET" ->
          !name.isEmpty()
              ? "get"
              : "true".equals(query.get("watch")) || "1".equals(query.get("watch"))
                  ? "watch"
                  : "list";
      case "POST" -> "create";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      case "DELETE" -> name.isEmpty() ? "deletecollection" : "delete";
      default -> method;
    };
  }

  private static Map<String, String> query(URI uri) {
    Map<String, String> query = new HashMap<>();
    if (uri.getRawQuery() != null) {
      for (String pair : uri.getRawQuery().split("&")) {
        int eq = pair.indexOf('=');
        if (eq > 0) {
          query.put(
              pair.substring(0, eq),
              URLDecoder.decode(pair.substring(eq + 1), StandardCharsets.UTF_8));
        }
      }
    }
    return query;
  }

  /** The resource in the words of RBAC. */
  String resource() {
    return kind.plural() + (status ? "/status" : "");
  }

  /** Whether the field selector, if any, takes that object. */
  boolean selects(ObjectNode object) {
    if (!namespace.isEmpty()
        && !namespace.equals(object.path("metadata").path("namespace").asText())) {
      return false;
    }
    for (String term : query.getOrDefault("fieldSelector", "").split(",")) {
      int eq = term.indexOf('=');
      if (eq > 0) {
        JsonNode at = object.at("/" + term.substring(0, eq).replace('.', '/'));
        if (!at.asText().equals(term.substring(eq + 1).replaceFirst("^=", ""))) {
          return false;
        }
      }
    }
    return true;
  }
}
