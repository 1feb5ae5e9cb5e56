package dev.acceld.dra.cluster.http;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Whether the API server lets us in, as its answers to the agent's own requests tell: 401 is about
 * the credentials, whoever asks for what, 403 about the right to do one thing. No answer tells
 * nothing. Any thread.
 */
public final class ApiAccess {
  /** A 403 for something that is not asked for again counts that long. */
  private static final Duration REMEMBERED = Duration.ofMinutes(30);

  private final Clock clock;
  private final Map<String, Refusal> forbidden = new TreeMap<>();
  private @Nullable Refusal unauthorized;

  /** Nothing has been answered yet. */
  public ApiAccess(Clock clock) {
    this.clock = clock;
  }

  /**
   * A refusal that still stands.
   *
   * @param request in the words of RBAC, {@code get resourceclaims}
   * @param since when it was refused first
   * @param last when it was refused last
   */
  public record Refusal(String request, Instant since, Instant last) {}

  /** Notes the HTTP status of a request. */
  public synchronized void answered(String request, int status) {
    if (status == 401) {
      unauthorized = again(unauthorized, request);
      return;
    }
    if (status == 429 || status >= 500) {
      return;
    }
    unauthorized = null;
    if (status == 403) {
      forbidden.put(request, again(forbidden.get(request), request));
    } else {
      forbidden.remove(request);
    }
  }

  private Refusal again(@Nullable Refusal before, String request) {
    Instant now = clock.instant();
    return new Refusal(request, before == null ? now : before.since(), now);
  }

  /** While the last answer was that our credentials are not accepted. */
  public synchronized Optional<Refusal> unauthorized() {
    return Optional.ofNullable(unauthorized);
  }

  /** What we may not do, as far as it was tried. */
  public synchronized List<Refusal> forbidden() {
    Instant old = clock.instant().minus(REMEMBERED);
    return forbidden.values().stream().filter(r -> r.last().isAfter(old)).toList();
  }
}
