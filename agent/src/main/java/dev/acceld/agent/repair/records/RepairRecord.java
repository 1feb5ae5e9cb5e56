package dev.acceld.agent.repair.records;

import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport.Action;
import dev.acceld.device.HealthReport.Effect;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.HealthReport.State;
import dev.acceld.device.PciAddress;
import dev.acceld.health.StatedReason;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A repair that is under way, or has failed.
 *
 * @param device the published name
 * @param pci where it is
 * @param physical its physical parts: nobody gets a device that has one of them
 * @param boot in which it began; a reboot ends it
 * @param since when it began
 * @param step how far it got
 * @param tries how many resets were tried
 * @param most how many may be tried
 * @param letGo whether the agent let go of the device for this, and not an operator before
 * @param failure why it failed; empty while it is under way
 * @param replace whether there is no sense in another try
 * @param afterFailure whether an earlier repair of the device had failed
 */
public record RepairRecord(
    DeviceName device,
    Optional<PciAddress> pci,
    SortedSet<String> physical,
    String boot,
    Instant since,
    RepairStep step,
    int tries,
    int most,
    boolean letGo,
    Optional<String> failure,
    boolean replace,
    boolean afterFailure) {
  static final String REPAIRING = "repairing";
  static final String FAILED = "repair-failed";

  /** Takes a copy. */
  public RepairRecord {
    physical = new TreeSet<>(physical);
  }

  /** The same, further on. */
  public RepairRecord at(RepairStep now) {
    return new RepairRecord(
        device,
        pci,
        physical,
        boot,
        since,
        now,
        tries,
        most,
        letGo,
        failure,
        replace,
        afterFailure);
  }

  /** The same, with the device let go of by the agent. */
  public RepairRecord lettingGo(boolean now) {
    return new RepairRecord(
        device, pci, physical, boot, since, step, tries, most, now, failure, replace, afterFailure);
  }

  /** The same, with so many resets tried. */
  public RepairRecord tries(int now) {
    return new RepairRecord(
        device, pci, physical, boot, since, step, now, most, letGo, failure, replace, afterFailure);
  }

  /** The same, failed. */
  public RepairRecord failed(String why, boolean noMore) {
    return new RepairRecord(
        device,
        pci,
        physical,
        boot,
        since,
        step,
        tries,
        most,
        letGo,
        Optional.of(why),
        noMore,
        afterFailure);
  }

  /** Of a device whose earlier repair failed, when this one is not done after all. */
  public RepairRecord undone() {
    return failed("an earlier repair failed, and the last one ended before any reset", false);
  }

  /** Whether it is under way, or was when the agent that did it ended. */
  public boolean underWay() {
    return failure.isEmpty();
  }

  /** What is said of the device while this is kept. The text stays the same at each step. */
  StatedReason reason() {
    if (underWay()) {
      return new StatedReason(
          physical,
          new Reason(
              REPAIRING,
              "",
              "the device is being repaired (its progress is in the agent's log)",
              State.UNKNOWN,
              Effect.NO_SCHEDULE,
              Action.NONE,
              "the repair is over",
              since));
    }
    String message =
        "the repair failed at the step '"
            + step.word()
            + "' after "
            + tries
            + (tries == 1 ? " reset: " : " resets: ")
            + failure.orElse("")
            + (replace
                ? "; replace the device"
                : "; run 'acceld repair " + device + "' to try again");
    return new StatedReason(
        physical,
        new Reason(
            FAILED,
            step.word(),
            ascii(message),
            State.UNHEALTHY,
            Effect.NO_SCHEDULE,
            replace ? Action.SERVICE : Action.RESET,
            "a repair succeeds, 'acceld release --back DEVICE --repaired' confirms one, or the node"
                + " was rebooted",
            since));
  }

  /**
   * Of all devices while no record can be read: whether the repair of one has failed is unknown.
   */
  static StatedReason unread(Set<String> physical, String dir, Instant since) {
    return new StatedReason(
        physical,
        new Reason(
            FAILED,
            "unread",
            ascii(
                "whether a repair of the device has failed is unknown: the records of repairs in "
                    + dir
                    + " cannot be read"),
            State.UNKNOWN,
            Effect.NO_SCHEDULE,
            Action.INVESTIGATE,
            "the records can be read",
            since));
  }

  /** Of a record that cannot be read: what became of the device is unknown. */
  static StatedReason damaged(String device, String file, Instant since) {
    return new StatedReason(
        Set.of(device),
        new Reason(
            FAILED,
            "record",
            ascii(
                "the record of a repair of this device is damaged; check the device, then remove "
                    + file),
            State.UNHEALTHY,
            Effect.NO_SCHEDULE,
            Action.INVESTIGATE,
            "the file is removed",
            since));
  }

  private static String ascii(String text) {
    String clean = text.replaceAll("[^ -~]", "?");
    return clean.length() > 1000 ? clean.substring(0, 1000) : clean;
  }
}
