package dev.acceld.agent.local;

import com.fasterxml.jackson.databind.JsonNode;

/** What the agent answers to one command. Called on a thread of the call's own. */
@FunctionalInterface
public interface LocalCommand {

  /**
   * Runs it.
   *
   * @param arguments the caller's arguments; a missing node when there are none
   * @return a value that becomes the JSON answer
   * @throws IllegalArgumentException when the caller made a mistake; the message says which
   * @throws CommandFailedException when it could not be done; the message says why
   */
  Object run(JsonNode arguments);

  /**
   * The same for a command to which it matters who calls.
   *
   * @param user the caller's user on this machine; empty when it is not known
   */
  default Object run(JsonNode arguments, String user) {
    return run(arguments);
  }
}
