package dev.acceld.agent.status.model;

import dev.acceld.prepare.Prepare;
import java.util.List;
import java.util.Locale;

/**
 * One prepare of a claim that is over.
 *
 * @param namespace the claim's namespace
 * @param name the claim's name
 * @param uid the claim's UID
 * @param beganAt when the kubelet asked for it, RFC 3339
 * @param durationSeconds how long it took
 * @param ok false when it failed
 * @param steps its steps in the order in which they began
 */
public record PrepareStatus(
    String namespace,
    String name,
    String uid,
    String beganAt,
    double durationSeconds,
    boolean ok,
    List<Step> steps) {
  private static final double NANOS = 1e9;

  /**
   * A step.
   *
   * @param phase as the metrics name it: {@code get}
   * @param depth how many steps it is inside of
   * @param offsetSeconds when it began, after the prepare
   * @param durationSeconds how long it took
   * @param ok false when the prepare failed in it
   */
  public record Step(
      String phase, int depth, double offsetSeconds, double durationSeconds, boolean ok) {}

  /** Of a prepare. */
  static PrepareStatus of(Prepare p) {
    return new PrepareStatus(
        p.claim().namespace(),
        p.claim().name(),
        p.claim().uid(),
        p.begun().toString(),
        p.nanos() / NANOS,
        p.ok(),
        p.steps().stream()
            .map(s ->
                new Step(
                    s.phase().name().toLowerCase(Locale.ROOT),
                    s.depth(),
                    s.offsetNanos() / NANOS,
                    s.nanos() / NANOS,
                    s.ok()))
            .toList());
  }
}
