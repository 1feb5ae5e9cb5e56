package dev.acceld.dra.slice;

import dev.acceld.dra.cluster.ResourceSlice.SliceDevice;
import java.time.Duration;
import java.util.List;

/** Hears what the {@link SlicePublisher} does, on its thread; must return quickly. */
public interface PublisherObserver {
  /** Listens to nothing. */
  PublisherObserver NONE = new PublisherObserver() {};

  /**
   * One write was answered.
   *
   * @param verb {@code create}, {@code update} or {@code delete}
   * @param outcome {@code ok}, or the reason of the refusal in lower case ({@code conflict}, …)
   */
  default void wrote(String verb, String outcome) {}

  /** What is stored is what is wanted. */
  default void inSync(int devices, int slices, long generation) {}

  /** What is stored now; told before {@link #inSync}. */
  default void stored(List<SliceDevice> offer) {}

  /** The same for the first time, so long after the kubelet's confirmation. */
  default void firstStored(Duration sinceRegistered) {}

  /** Something failed and is tried again; the last one counts until {@link #inSync}. */
  default void failed(String message) {}

  /** Another process of this node writes the slices; this one waits for its turn. */
  default void waitingForWriter() {}

  /** Whether the cluster keeps taints; told when it turns out otherwise than thought. */
  default void taintsKept(boolean kept) {}

  /**
   * What the API server, or a webhook in it, stores otherwise than it was told to; empty when
   * nothing. Told after each {@link #inSync}.
   */
  default void altered(String what) {}

  /**
   * That another client changes the slices as often as they are put right; empty when none does.
   * Told after each {@link #inSync}.
   */
  default void contested(String what) {}

  /** Whether the cluster keeps shared counters; told when it turns out otherwise than thought. */
  default void countersKept(boolean kept) {}
}
