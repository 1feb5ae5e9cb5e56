package dev.acceld.dra.kubelet;

import java.time.Duration;

/** Learns what passes between the kubelet and us, for metrics. Called on any thread; be quick. */
public interface KubeletPluginObserver {
  /** One that does not look. */
  KubeletPluginObserver NONE = new KubeletPluginObserver() {};

  /** A kind of call. */
  enum Call {
    /** {@code NodePrepareResources}. */
    PREPARE,
    /** {@code NodeUnprepareResources}. */
    UNPREPARE
  }

  /**
   * A call with at least one claim was answered. Empty ones are somebody's liveness probe.
   *
   * @param claims how many claims it was about
   * @param failed for how many of them the answer was an error
   * @param took from the request's arrival in a thread to the answer
   * @param cancelled true when the kubelet had given up by then
   */
  default void answered(Call call, int claims, int failed, Duration took, boolean cancelled) {}

  /** The kubelet (or somebody else) connected to the DRA socket, or left it. */
  default void connections(int open) {}
}
