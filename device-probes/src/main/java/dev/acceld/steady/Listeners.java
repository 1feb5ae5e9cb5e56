package dev.acceld.steady;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is told of something, in the order in which they came; one that fails costs the others
 * nothing. Any thread.
 *
 * @param <T> what is told
 */
public final class Listeners<T> {
  private static final Logger log = LoggerFactory.getLogger(Listeners.class);

  private final String subject;
  private final List<Consumer<T>> all = new CopyOnWriteArrayList<>();

  /** Nobody yet; the subject is for the log: "health reports". */
  public Listeners(String subject) {
    this.subject = subject;
  }

  /** One more. */
  public void add(Consumer<T> listener) {
    all.add(listener);
  }

  /** Tells all, on this thread. */
  public void tell(T what) {
    for (Consumer<T> listener : all) {
      try {
        listener.accept(what);
      } catch (RuntimeException e) {
        log.error("A listener for {} failed", subject, e);
      }
    }
  }
}
