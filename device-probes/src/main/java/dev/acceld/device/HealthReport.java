package dev.acceld.device;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
    /** Look at fans, airflow and the temperature of the room. */
    CHECK_COOLING("check airflow and cooling"),
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

  /** What the taint of a reason does, in the words of Kubernetes. */
  public enum Effect {
    /** There is no taint: what the application alone causes could have slices written at will. */
    NO_TAINT("NoTaint"),
    /** The taint only informs. */
    NONE("None"),
    /** No new pod gets the device, unless it tolerates the taint. */
    NO_SCHEDULE("NoSchedule"),
    /** Pods that have the device are evicted too, unless they tolerate the taint. */
    NO_EXECUTE("NoExecute");

    private final String id;

    Effect(String id) {
      this.id = id;
    }

    /** As Kubernetes writes it; {@code NoTaint} where there is none. */
    public String id() {
      return id;
    }

    /** False when no new pod must get the device. */
    public boolean schedulable() {
      return this == NO_TAINT || this == NONE;
    }
  }

  /**
   * One thing that is wrong.
   *
   * @param code a label-safe word that names it: {@code xid}, {@code device-lost}, {@code
   *     unresponsive}; the taint key is {@code acceld.dev/<code>}
   * @param value a label-safe detail such as the XID number; may be empty
   * @param message one sentence for a person, ASCII
   * @param state what the device would be if this were all
   * @param effect what its taint does
   * @param action what to do
   * @param ends what ends it, half a sentence that follows "ends when", ASCII
   * @param since when it was first seen
   */
  public record Reason(
      String code,
      String value,
      String message,
      State state,
      Effect effect,
      Action action,
      String ends,
      Instant since) {

    /** False when no new pod must get the device. */
    public boolean schedulable() {
      return effect.schedulable();
    }

    /** Code and value as one word, {@code xid-79}: the name of its signal in the health rules. */
    public String signal() {
      return value.isEmpty() ? code : code + "-" + value;
    }
  }

  /** While one of these holds, nobody may be given the device, whatever taints are tolerated. */
  private static final Set<String> HANDS_OFF = Set.of("repairing", "released");

  /** Takes a copy. */
  public HealthReport {
    reasons = List.copyOf(reasons);
  }

  /** In order since then. */
  public static HealthReport healthy(DeviceName device, Instant since) {
    return new HealthReport(device, State.HEALTHY, List.of(), since);
  }

  /**
   * Why nobody may be given the device now, not even who tolerates its taints: it is being
   * repaired, or was released.
   */
  public Optional<Reason> handsOff() {
    return reasons.stream().filter(reason -> HANDS_OFF.contains(reason.code())).findFirst();
  }

  /** False when no new pod must get the device. */
  public boolean schedulable() {
    return reasons.stream().allMatch(Reason::schedulable);
  }
}
