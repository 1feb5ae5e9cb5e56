package dev.acceld.dra.slice;

import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits until no other process writes the slices of this node. */
final class WriterTurn {
  private static final Logger log = LoggerFactory.getLogger(WriterTurn.class);

  private WriterTurn() {}

  /** The lock; empty when the publisher is closed first. */
  static Optional<WriterLock> await(
      PublisherSettings settings, PublisherInbox inbox, PublisherObserver observer)
      throws InterruptedException {
    boolean told = false;
    while (!inbox.closed()) {
      try {
        Optional<WriterLock> lock = WriterLock.tryTake(settings.lockFile());
        if (lock.isPresent()) {
          return lock;
        }
        if (!told) {
          log.info(
              "another process writes the slices of this node; waiting for {}",
              settings.lockFile());
          observer.waitingForWriter();
        }
      } catch (IOException e) {
        if (!told) {
          log.error("slices are not published: {}", ErrorText.of(e));
        }
        observer.failed(ErrorText.of(e));
      }
      told = true;
      inbox.await(settings.timing().lockPoll().toNanos());
    }
    return Optional.empty();
  }
}
