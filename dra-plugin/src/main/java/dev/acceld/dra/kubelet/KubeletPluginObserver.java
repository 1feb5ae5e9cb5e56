package dev.acceld.dra.kubelet;

import dev.acceld.device.HealthReport;
import java.time.Duration;
import java.util.List;

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
   * A prepare begins that is part of a trace of the kubelet's own.
   *
   * @param claims the UIDs of its claims
   * @param traceparent the kubelet's context in W3C's form, as it came: not checked
   */
  default void traced(List<String> claims, String traceparent) {}

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

  /** The kubelet was sent these reports on an open stream. */
  default void healthSent(List<HealthReport> reports) {}

  /** Tells this one, then another. */
  default KubeletPluginObserver andThen(KubeletPluginObserver next) {
    KubeletPluginObserver first = this;
    return new KubeletPluginObserver() {
      @Override
      public void traced(List<String> claims, String traceparent) {
        first.traced(claims, traceparent);
        next.traced(claims, traceparent);
      }

      @Override
      public void answered(Call call, int claims, int failed, Duration took, boolean cancelled) {
        first.answered(call, claims, failed, took, cancelled);
        next.answered(call, claims, failed, took, cancelled);
      }

      @Override
      public void connections(int open) {
        first.connections(open);
        next.connections(open);
      }

      @Override
      public void healthSent(List<HealthReport> reports) {
        first.healthSent(reports);
        next.healthSent(reports);
      }
    };
  }
}
