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

  /** It is as it should be. */
  public static Finding ok(String name, String what) {
    return new Finding(name, State.OK, what, "");
  }

  /** It deserves a look. */
  public static Finding warn(String name, String what, String remedy) {
    return new Finding(name, State.WARN, what, remedy);
  }

  /** It does not work. */
  public static Finding fail(String name, String what, String remedy) {
    return new Finding(name, State.FAIL, what, remedy);
  }

  /** It could not be looked at. */
  public static Finding skipped(String name, String why) {
    return new Finding(name, State.SKIPPED, why, "");
  }
}
