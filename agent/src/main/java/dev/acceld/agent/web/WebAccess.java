package dev.acceld.agent.web;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What holds for connections and requests now. Replaced as a whole when the file changes; parts
 * that have not changed stay the same objects, so that remembered passwords and open connections
 * outlive a change elsewhere. Any thread.
 */
public final class WebAccess {
  /** What holds without a file: plain HTTP for everybody. */
  public static final WebAccess OPEN =
      new WebAccess(WebConfig.NONE, null, new BasicAuth(Map.of()), null);

  private final WebConfig config;
  private final @Nullable ServerTls tls;
  private final BasicAuth users;
  private final @Nullable RateLimit limit;

  private WebAccess(
      WebConfig config, @Nullable ServerTls tls, BasicAuth users, @Nullable RateLimit limit) {
    this.config = config;
    this.tls = tls;
    this.users = users;
    this.limit = limit;
  }

  /**
   * What holds with that file.
   *
   * @throws WebConfigException when its certificates cannot be used
   */
  WebAccess with(WebConfig next) throws WebConfigException {
    if (next.equals(config)) {
      return this;
    }
    ServerTls secured = tls;
    if (!next.tls().equals(config.tls())) {
      secured = next.tls().isEmpty() ? null : ServerTls.of(next.tls().get());
    }
    RateLimit limited = limit;
    if (!next.rate().equals(config.rate())) {
      limited = next.rate().map(rate -> new RateLimit(rate, System.nanoTime())).orElse(null);
    }
    return new WebAccess(
        next, secured, users.knows(next.users()) ? users : new BasicAuth(next.users()), limited);
  }

  /** How connections are secured; empty for plain HTTP. */
  public Optional<ServerTls> tls() {
    return Optional.ofNullable(tls);
  }

  /** Who may ask. */
  public BasicAuth users() {
    return users;
  }

  /** Headers for each response. */
  public Map<String, String> headers() {
    return config.headers();
  }

  /** Whether there is room for one more request now. */
  public boolean allow() {
    return limit == null || limit.allow(System.nanoTime());
  }

  /** One line for the log. */
  String summary() {
    return (tls == null ? "HTTP without TLS" : "HTTPS, client certificates: " + clients())
        + (users.isRequired()
            ? ", users " + users.names().stream().sorted().toList()
            : ", no users")
        + (limit == null ? "" : ", one request each " + limit.rate().interval().toMillis() + " ms");
  }

  private String clients() {
    return config.tls().map(t -> t.clientAuth().word).orElse("");
  }
}
