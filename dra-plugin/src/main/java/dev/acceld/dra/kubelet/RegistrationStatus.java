package dev.acceld.dra.kubelet;

import java.time.Instant;

/**
 * What the kubelet said last about our registration.
 *
 * @param state whether it took us
 * @param error the kubelet's own words when it did not, else empty
 * @param since when it said so
 */
public record RegistrationStatus(State state, String error, Instant since) {

  /** Whether the kubelet took us. */
  public enum State {
    /** It has said nothing yet: it is not running, or has not looked yet. */
    WAITING,
    /** It sends us claims. */
    REGISTERED,
    /** It does not; it tries again later, after up to two minutes. */
    REFUSED
  }

  /** Why it did not take us, in its own words, and what to do where that is known. */
  public String refusal() {
    String remedy = "";
    if (error.contains("no handler registered")) {
      remedy =
          "; its feature gate DynamicResourceAllocation is off (it is on by default from"
              + " Kubernetes 1.34): check featureGates in its configuration";
    } else if (error.contains("versions")) {
      remedy = "; its version is not supported: use Kubernetes 1.34 to 1.37";
    }
    return "the kubelet rejected the driver: " + error + remedy;
  }

  /** True when the kubelet sends us claims. */
  public boolean registered() {
    return state == State.REGISTERED;
  }
}
