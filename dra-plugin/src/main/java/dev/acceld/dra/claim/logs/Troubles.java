package dev.acceld.dra.claim.logs;

import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is wrong now, each told to the log once. Thread-safe. */
final class Troubles {
  private static final Logger LOG = LoggerFactory.getLogger(Troubles.class);

  private final ConcurrentSkipListMap<String, String> all = new ConcurrentSkipListMap<>();

  /**
   * Something is wrong.
   *
   * @param what in its order the first is the most important
   */
  void are(String what, String sentence) {
    if (!sentence.equals(all.put(what, sentence))) {
      LOG.warn("{}", sentence);
    }
  }

  /** It is in order again. */
  void over(String what) {
    all.remove(what);
  }

  /** The most important. */
  Optional<String> first() {
    return all.values().stream().findFirst();
  }
}
