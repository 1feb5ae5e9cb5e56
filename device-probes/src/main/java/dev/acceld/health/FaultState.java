package dev.acceld.health;

import dev.acceld.vendor.FaultCode;

/**
 * One fault of a device, which its number names: which cause of that number it has at the moment,
 * and since when. Not safe for threads.
 */
final class FaultState {
  final Condition condition;

  /** With the sub-code of the gravest cause that lasts. */
  FaultCode code;

  /** When it was last seen, by the monotonic clock. */
  long seen;

  /** What ended it, for a person. */
  String evidence = "";

  FaultState(FaultCode code, Condition condition) {
    this.code = code;
    this.condition = condition;
  }

  void end(String what, long nanos) {
    if (condition.isRaised()) {
      evidence = what;
    }
    condition.clear(nanos);
  }
}
