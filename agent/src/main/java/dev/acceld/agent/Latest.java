package dev.acceld.agent;

import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that looks at the present state, asked for by many threads whenever something has changed.
 * One of them does it, and does it again for those who asked meanwhile: nobody waits, every change
 * is seen by a run that began after it, and no older look comes after a newer one.
 */
final class Latest implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Latest.class);

  private final Runnable work;
  private final AtomicInteger asked = new AtomicInteger();

  /** Does nothing until it is asked for. */
  Latest(Runnable work) {
    this.work = work;
  }

  @Override
  public void run() {
    if (asked.getAndIncrement() > 0) {
      return;
    }
    int heard = 1;
    do {
      try {
        work.run();
      } catch (RuntimeException e) {
        log.error("unforeseen; it is tried again at the next change", e);
      }
      heard = asked.addAndGet(-heard);
    } while (heard > 0);
  }
}
