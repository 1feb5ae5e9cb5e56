package dev.acceld.startup;

import dev.acceld.dra.cluster.PodRef;
import dev.acceld.dra.cluster.PodTimes;
import java.time.Instant;
import java.util.List;

/** Told how the starts of pods go on, for traces. On one thread; must not block or throw. */
public interface StartupListener {
  /**
   * A container of the pod has started.
   *
   * @param claims the UIDs of its claims that were prepared for this start
   */
  default void started(PodRef pod, List<String> claims, PodTimes times) {}

  /** A device of one of the claims is busy for the first time. */
  default void used(List<String> claims, Instant at) {}

  /** Durations of these claims' start are recorded on this thread from now on. */
  default void recording(List<String> claims) {}

  /** And no longer. */
  default void recorded() {}

  /** Nothing more will be learnt of the start of a claim's pod. */
  default void over(String claim) {}

  /** The claim was not prepared for a start: it has no device of this driver, or had it before. */
  default void ignored(String claim) {}
}
