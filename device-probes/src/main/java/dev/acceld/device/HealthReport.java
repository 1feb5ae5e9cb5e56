package dev.acceld.device;

import java.time.Instant;
import java.util.List;

/**
 * How one device is doing.
 *
 * @param device which
 * @param state the verdict
 * @param reasons what led to it, the gravest first; empty for a healthy device
 * @param since when this state began
 */
public record HealthReport(DeviceName device, State state, List<Reason> reasons, Instant since) {

  /** The verdict. */
  public enum State {
    /** In order. */
    HEALTHY,
    /** Works, but something is wrong. */
    DEGRADED,
    /** Not to be given to anybody. */
    UNHEALTHY,
    /** Nobody can tell at the moment. */
    UNKNOWN
  }

  /** What a person should do. */
  public enum Action {
    /** Nothing. */
    NONE("none"),
    /** Restart the application. */
    RESTART_APP("restart the application"),
    /** End the process that has the device open. */
    END_PROCESS("if the process does not end by itself, kill it on the node"),
    /** Reset the device once it is free. */
    RESET("reset the device"),
    /** Reboot the node. */
    REBOOT("reboot the node"),
    /** Look at the hardware, have it replaced. */
    SERVICE("have the hardware serviced"),
    /** Look at what links the device to others. */
    CHECK_FABRIC("check the NVLink fabric: fabric manager, switches, cables"),
    /** Find out why the driver does not answer. */
    INVESTIGATE("find out why the driver does not respond");

    private final String words;

    Action(String words) {
      this.words = words;
    }

    /** The action in words. */
    public String describe() {
      return words;
    }
  }

  /**
   * One thing that is wrong.
   *
   * @param code a label-safe word that names it: {@code xid}, {@code device-lost}, {@code
   *     unresponsive}; the taint key is {@code acceld.dev/<code>}
   * @param value a label-safe detail such as the XID number; may be empty
   * @param message one sentence for a person, ASCII
   * @param schedulable false when no new pod must get the device
   * @param action what to do
   * @param since when it was first seen
   */
  public record Reason(
      String code,
      String value,
      String message,
      boolean schedulable,
      Action action,
      Instant since) {

    /**
     * Whether it is the present application's alone: it ends with that application, says nothing to
     * whoever gets the device next, and comes and goes as the application likes.
     */
    public boolean ofApplication() {
      return schedulable && action == Action.RESTART_APP;
    }
  }

  /** Takes a copy. */
  public HealthReport {
    reasons = List.copyOf(reasons);
  }

  /** In order since then. */
  public static HealthReport healthy(DeviceName device, Instant since) {
    return new HealthReport(device, State.HEALTHY, List.of(), since);
  }

  /** False when no new pod must get the device. */
  public boolean schedulable() {
    return reasons.stream().allMatch(Reason::schedulable);
  }
}
