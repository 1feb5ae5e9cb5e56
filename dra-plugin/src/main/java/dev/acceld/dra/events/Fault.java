package dev.acceld.dra.events;

import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.HealthReport.State;
import java.time.Instant;

/**
 * One thing that is wrong with one device.
 *
 * @param key which
 * @param reason what the health rules say of it
 * @param state the verdict on the device when it was last looked at
 * @param group whether the device is made of others, which have the same fault
 * @param part the physical parts of the device, in one word: a GPU and its partitions have the same
 * @param assessed when the health rules came to know of it; {@link Reason#since} is when it began
 */
public record Fault(
    Key key, Reason reason, State state, boolean group, String part, Instant assessed) {

  /**
   * Names a fault: as long as it lasts, and when it comes again.
   *
   * @param device the device's name
   * @param code what it is, {@code xid}
   * @param value the detail, {@code 79}; may be empty
   */
  public record Key(String device, String code, String value) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      return text().compareTo(other.text());
    }

    /** In one word. */
    String text() {
      return device + "/" + code + "/" + value;
    }
  }
}
