package dev.acceld.dra.claim.fetch;

import dev.acceld.dra.claim.ClaimRefusedException;

/** Whether somebody still waits for the answer. */
@FunctionalInterface
public interface StillWanted {
  /**
   * Looks before each attempt.
   *
   * @throws ClaimRefusedException when the answer is not wanted any more
   */
  void check() throws ClaimRefusedException;
}
