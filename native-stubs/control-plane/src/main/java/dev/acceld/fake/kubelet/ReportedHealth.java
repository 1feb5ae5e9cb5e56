package dev.acceld.fake.kubelet;

import java.time.Instant;

/**
 * The health of one device as a kubelet holds it.
 *
 * @param driver who reported it
 * @param pool the pool's name
 * @param device the device's name
 * @param state the verdict
 * @param message what the driver says about it
 * @param received when the last report came
 */
public record ReportedHealth(
    String driver, String pool, String device, State state, String message, Instant received) {

  /** The verdict; the words are those of the pod's status. */
  public enum State {
    /** In order. */
    HEALTHY,
    /** Not in order. */
    UNHEALTHY,
    /** Nobody has said anything in time. */
    UNKNOWN
  }
}
