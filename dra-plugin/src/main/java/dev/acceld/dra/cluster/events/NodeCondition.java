package dev.acceld.dra.cluster.events;

import java.time.Instant;

/**
 * One of the conditions in the status of a Node.
 *
 * @param type {@code AcceleratorsHealthy}
 * @param status {@code True}, {@code False} or {@code Unknown}
 * @param reason why, one word in CamelCase
 * @param message for a person
 * @param since when the status changed last
 */
public record NodeCondition(
    String type, String status, String reason, String message, Instant since) {

  /** Whether it says the same, whenever it began. */
  public boolean saysWhat(NodeCondition other) {
    return type.equals(other.type)
        && status.equals(other.status)
        && reason.equals(other.reason)
        && message.equals(other.message);
  }
}
