package dev.acceld.agent.http;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Endpoints by path. A path that ends with a slash, other than {@code /}, stands for all paths that
 * begin with it and have no endpoint of their own. Immutable.
 */
final class Routes {
  private final Map<String, Endpoint> exact;
  private final Map<String, Endpoint> beginnings = new HashMap<>();

  Routes(Map<String, Endpoint> endpoints) {
    exact = Map.copyOf(endpoints);
    endpoints.forEach((path, endpoint) -> {
      if (path.length() > 1 && path.endsWith("/")) {
        beginnings.put(path, endpoint);
      }
    });
  }

  /** The endpoint of a path; null when there is none. */
  @Nullable Endpoint find(String path) {
    Endpoint found = exact.get(path);
    for (int end = path.lastIndexOf('/'); found == null && end > 0; ) {
      found = beginnings.get(path.substring(0, end + 1));
      end = path.lastIndexOf('/', end - 1);
    }
    return found;
  }
}
