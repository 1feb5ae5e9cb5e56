package dev.acceld.agent.http;

import dev.acceld.agent.web.BasicAuth;
import dev.acceld.agent.web.BasicAuth.Login;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Checks passwords that were not seen before: one at a time, on a thread of their own, and few that
 * wait for one peer, so that somebody who guesses neither takes the CPUs nor keeps a scraper out.
 */
final class Logins implements AutoCloseable {
  /** Waiting for one peer. */
  static final int AT_ONCE_OF_ONE = 4;

  private final WorkerPool worker = new WorkerPool("http-login", 1);
  private final Map<Object, Integer> waiting = new HashMap<>(); // on the I/O thread only

  /**
   * Finds out whether a login is right. On the I/O thread.
   *
   * @param then given the answer, on the I/O thread
   * @param busy run when too many wait for that peer, or the check fails
   */
  void check(Connection of, BasicAuth users, Login login, Consumer<Boolean> then, Runnable busy) {
    Optional<Boolean> remembered = users.remembered(login);
    if (remembered.isPresent()) {
      then.accept(remembered.get());
      return;
    }
    Object peer = of.peer();
    if (waiting.getOrDefault(peer, 0) >= AT_ONCE_OF_ONE) {
      busy.run();
      return;
    }
    waiting.merge(peer, 1, Integer::sum);
    Runnable left = () -> waiting.computeIfPresent(peer, (p, n) -> n == 1 ? null : n - 1);
    worker.run(
        () -> {
          // Somebody may have waited for the same answer before.
          boolean right = !of.gone() && users.remembered(login).orElseGet(() -> users.check(login));
          of.onItsThread(() -> {
            left.run();
            then.accept(right);
          });
        },
        () ->
            of.onItsThread(() -> {
              left.run();
              busy.run();
            }));
  }

  @Override
  public void close() {
    worker.close();
  }
}
