package dev.acceld.agent.http;

import org.jspecify.annotations.Nullable;

/** Answers GET requests for one path. Called on several threads at once; must not wait. */
@FunctionalInterface
public interface Endpoint {
  /** The answer; what it throws becomes a 500 that names the path. */
  Reply get(Request request);

  /** The same for requests that get the same answer at the same time. */
  default String variant(Request request) {
    return request.toString();
  }

  /** What an answer costs. */
  default Weight weight() {
    return Weight.SMALL;
  }

  /** What an answer costs, which decides on the threads and the turns it gets. */
  enum Weight {
    /** Microseconds and a few kilobytes. */
    SMALL,
    /** Milliseconds or many kilobytes: few at a time, until the peer has taken them. */
    LARGE,
    /** The same, worked out once for all who ask at the same time; for paths of a small number. */
    SHARED
  }

  /**
   * What an endpoint may look at.
   *
   * @param path the path, decoded
   * @param accept the {@code Accept} header
   * @param query the query string
   */
  record Request(String path, @Nullable String accept, @Nullable String query) {
    boolean wantsJson() {
      return (accept != null && accept.contains("application/json")) || "format=json".equals(query);
    }
  }
}
