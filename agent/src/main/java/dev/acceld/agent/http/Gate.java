package dev.acceld.agent.http;

import dev.acceld.agent.web.BasicAuth;
import dev.acceld.agent.web.BasicAuth.Login;
import dev.acceld.agent.web.WebAccess;
import dev.acceld.agent.web.WebAccessSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a request is answered, by what the web configuration file says now. Liveness and
 * readiness are answered without certificate, password and TLS, because the kubelet has none; but
 * then with their status only, and without the reasons.
 */
final class Gate implements AutoCloseable {
  private static final Set<String> PROBES = Set.of("/healthz", "/readyz");
  private static final Map<String, String> SIGN_IN =
      Map.of("WWW-Authenticate", "Basic realm=\"acceld\", charset=\"UTF-8\"");

  private final WebAccessSource source;
  private final Logins logins = new Logins();

  Gate(WebAccessSource source) {
    this.source = source;
  }

  /** How much of an answer somebody gets. */
  enum Extent {
    ALL,
    STATUS_ONLY
  }

  /** Headers that every response has. */
  Map<String, String> headers() {
    return source.now().headers();
  }

  /**
   * Lets a request through, or refuses it. On the I/O thread; so are both answers.
   *
   * @param authorization the header
   * @param pass given how much to answer
   * @param refuse given the refusal and its further headers
   */
  void enter(
      Connection of,
      String path,
      @Nullable String authorization,
      Consumer<Extent> pass,
      BiConsumer<Reply, Map<String, String>> refuse) {
    WebAccess access = source.now();
    BasicAuth users = access.users();
    boolean probe = PROBES.contains(path);
    if (access.tls().isPresent() && !of.isSecured()) {
      if (probe) {
        pass.accept(Extent.STATUS_ONLY);
      } else {
        refuse.accept(Reply.text(400, "this port serves HTTPS; use https://\n"), Map.of());
      }
      return;
    }
    if (!probe && !access.allow()) {
      refuse.accept(
          Reply.text(429, "too many requests; rate_limit is set\n"), Map.of("Retry-After", "1"));
      return;
    }
    if (!users.isRequired()) {
      pass.accept(Extent.ALL);
      return;
    }
    Optional<Login> login = BasicAuth.login(authorization);
    if (login.isPresent()) {
      logins.check(
          of,
          users,
          login.get(),
          right -> {
            if (right) {
              pass.accept(Extent.ALL);
            } else {
              refuse.accept(Reply.text(401, "user or password is wrong\n"), SIGN_IN);
            }
          },
          () ->
              refuse.accept(
                  Reply.text(429, "too many passwords wait to be checked; try again\n"),
                  Map.of("Retry-After", "1")));
    } else if (probe) {
      pass.accept(Extent.STATUS_ONLY);
    } else {
      refuse.accept(Reply.text(401, "user and password are needed\n"), SIGN_IN);
    }
  }

  @Override
  public void close() {
    logins.close();
  }
}
