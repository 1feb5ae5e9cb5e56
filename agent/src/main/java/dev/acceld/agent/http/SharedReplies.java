package dev.acceld.agent.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Large answers that several peers want at once: worked out once for all who asked before it was
 * done. Nobody gets an answer that was complete before he asked. Any thread.
 */
final class SharedReplies {
  private final Map<String, Shared> byKey = new ConcurrentHashMap<>();

  /**
   * The answer.
   *
   * @param key the same for those who may have the same answer; of a small number
   * @param askedAt when it was asked for, in nanoseconds of the clock that never goes back
   * @param work works it out; at most once at a time for a key
   */
  Reply get(String key, long askedAt, Supplier<Reply> work) {
    return byKey.computeIfAbsent(key, k -> new Shared()).get(askedAt, work);
  }

  /** Keeps nothing in memory: nobody is waiting. */
  void forget() {
    byKey.clear();
  }

  private static final class Shared {
    private @Nullable Reply reply;
    private long doneAt;

    synchronized Reply get(long askedAt, Supplier<Reply> work) {
      Reply known = reply;
      if (known != null && doneAt - askedAt >= 0) {
        return known;
      }
      Reply made = work.get();
      reply = made;
      doneAt = System.nanoTime();
      return made;
    }
  }
}
