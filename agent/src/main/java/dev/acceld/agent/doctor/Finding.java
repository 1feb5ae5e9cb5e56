package dev.acceld.agent.doctor;

/**
 * What one look has found.
 *
 * @param name a short word for what was looked at
 * @param state how it is
 * @param what the evidence, for a person
 * @param remedy what to do; empty when there is nothing to do
 */
public record Finding(String name, State state, String what, String remedy) {

  /** How something is. */
  public enum State {
    /** As it should be. */
    OK,
    /** Works, or is likely to, but deserves a look. */
    WARN,
    /** Pods with claims will not get their devices. */
    FAIL,
    /** Could not be looked at from here. */
    SKIPPED
  }

  static Finding ok(String name, String what) {
    return new Finding(name, State.OK, what, "");
  }

  static Finding warn(String name, String what, String remedy) {
    return new Finding(name, State.WARN, what, remedy);
  }

  static Finding fail(String name, String what, String remedy) {
    return new Finding(name, State.FAIL, what, remedy);
  }

  static Finding skipped(String name, String why) {
    return new Finding(name, State.SKIPPED, why, "");
  }
}
