package dev.acceld.agent.cli;

/** How a command prints its answer. */
public enum Output {
  /** For people. */
  TABLE,
  /** For programs. */
  JSON
}
