package dev.acceld.agent.http;

import org.jspecify.annotations.Nullable;

/** Answers GET requests for one path. Called on several threads at once; must not wait. */
@FunctionalInterface
interface Endpoint {
  /** The answer; what it throws becomes a 500 that names the path. */
  Reply get(Request request);

  /** The same for requests that get the same answer at the same time. */
  default String variant(Request request) {
    return request.toString();
  }

  /**
   * What an endpoint may look at.
   *
   * @param accept the {@code Accept} header
   * @param query the query string
   */
  record Request(@Nullable String accept, @Nullable String query) {
    boolean wantsJson() {
      return (accept != null && accept.contains("application/json")) || "format=json".equals(query);
    }
  }
}
