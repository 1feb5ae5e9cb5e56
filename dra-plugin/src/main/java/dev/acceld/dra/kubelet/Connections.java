package dev.acceld.dra.kubelet;

import io.grpc.Attributes;
import io.grpc.ServerTransportFilter;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections on the DRA socket: a set, not a count. A peer that connects and hangs up without
 * a word (another instance looks whether anybody listens) terminates without ever having been
 * ready, and must not be taken for the kubelet's going. Any thread.
 */
final class Connections extends ServerTransportFilter {
  private static final Attributes.Key<Object> IDENTITY = Attributes.Key.create("acceld-connection");

  private final LongSupplier nanoTime;
  private final IntConsumer listener;
  private final Set<Object> open = ConcurrentHashMap.newKeySet();
  private volatile long emptySince;

  /**
   * @param nanoTime a clock that never goes back
   * @param listener told how many are open after each change, on the I/O thread
   */
  Connections(LongSupplier nanoTime, IntConsumer listener) {
    this.nanoTime = nanoTime;
    this.listener = listener;
    emptySince = nanoTime.getAsLong();
  }

  /** How many are open. */
  int count() {
    return open.size();
  }

  /** Whether there has been none for longer than that. */
  boolean noneFor(Duration time) {
    return open.isEmpty() && nanoTime.getAsLong() - emptySince > time.toNanos();
  }

  /** Begins to count the time without a connection anew: one is expected a moment from now. */
  void expectOne() {
    emptySince = nanoTime.getAsLong();
  }

  @Override
  public Attributes transportReady(Attributes attributes) {
    Object identity = new Object();
    open.add(identity);
    listener.accept(open.size());
    return attributes.toBuilder().set(IDENTITY, identity).build();
  }

  @Override
  @SuppressWarnings("NullAway") // gRPC declares it non-null, and passes null when never ready
  public void transportTerminated(@Nullable Attributes attributes) {
    Object identity = attributes == null ? null : attributes.get(IDENTITY);
    if (identity != null && open.contains(identity)) {
      emptySince = nanoTime.getAsLong(); // first: whoever sees none open must not see an old time
      open.remove(identity);
      listener.accept(open.size());
    }
  }
}
