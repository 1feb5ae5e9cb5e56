package dev.acceld.dra.slice;

import dev.acceld.dra.cluster.ClusterApi.SliceObserver;
import dev.acceld.dra.cluster.ResourceSlice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What other threads tell the publisher's. */
final class PublisherInbox {
  private final List<Change> changes = new ArrayList<>();
  private DriverResources wanted = DriverResources.NOTHING;
  private @Nullable String watchEnded;
  private int watching;
  private long registeredAt;
  private boolean registered;
  private boolean registeredNow;
  private boolean desired;
  private boolean desiredChanged;
  private boolean letIn;
  private boolean woken;
  private boolean closed;

  /** A watch event. */
  record Change(ResourceSlice slice, boolean deleted) {}

  /** All that is new. */
  record News(
      boolean desiredChanged,
      boolean registeredNow,
      boolean letIn,
      List<Change> changes,
      @Nullable String watchEnded) {}

  synchronized void desired(DriverResources offer) {
    if (desired && wanted.equals(offer)) {
      return;
    }
    desired = true;
    wanted = offer;
    desiredChanged = true;
    wake();
  }

  synchronized void registered() {
    if (!registered) {
      registered = true;
      registeredNow = true;
      registeredAt = System.nanoTime();
      wake();
    }
  }

  synchronized void letIn() {
    letIn = true;
    wake();
  }

  synchronized void close() {
    closed = true;
    wake();
  }

  synchronized boolean closed() {
    return closed;
  }

  /** Whether there is something to publish, and it may be. */
  synchronized boolean ready() {
    return registered && desired;
  }

  synchronized DriverResources wanted() {
    return wanted;
  }

  synchronized Duration sinceRegistered() {
    return Duration.ofNanos(System.nanoTime() - registeredAt);
  }

  synchronized News take() {
    News news = new News(desiredChanged, registeredNow, letIn, List.copyOf(changes), watchEnded);
    desiredChanged = false;
    registeredNow = false;
    letIn = false;
    changes.clear();
    watchEnded = null;
    woken = false;
    return news;
  }

  /** Waits for that long, or until something new is there. */
  synchronized void await(long nanos) throws InterruptedException {
    long end = System.nanoTime() + Math.max(0, nanos);
    while (!woken && !closed) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return;
      }
      wait(left / 1_000_000, (int) (left % 1_000_000));
    }
  }

  /** A listener for a new watch; whatever an earlier one still says is ignored. */
  synchronized SliceObserver watcher() {
    int mine = ++watching;
    return new SliceObserver() {
      @Override
      public void changed(ResourceSlice slice) {
        add(mine, new Change(slice, false));
      }

      @Override
      public void deleted(ResourceSlice slice) {
        add(mine, new Change(slice, true));
      }

      @Override
      public void ended(String why) {
        end(mine, why);
      }
    };
  }

  private synchronized void add(int from, Change change) {
    if (from == watching) {
      changes.add(change);
      wake();
    }
  }

  private synchronized void end(int from, String why) {
    if (from == watching) {
      watchEnded = why;
      wake();
    }
  }

  private void wake() {
    woken = true;
    notifyAll();
  }
}
