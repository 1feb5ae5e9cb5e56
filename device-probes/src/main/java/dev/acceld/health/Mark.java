package dev.acceld.health;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport.Action;
import dev.acceld.device.HealthReport.Effect;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.HealthReport.State;
import java.time.Instant;
import java.util.regex.Pattern;

/**
 * What a person has said of a device: that something is wrong with it. It lasts until a person
 * takes it back, over restarts and reboots. It holds for the device and for its partitions.
 *
 * @param device which
 * @param reason a word for what is wrong: lower-case letters, digits and inner dashes
 * @param effect {@link Effect#NO_SCHEDULE}, or {@link Effect#NONE} for a taint that only informs
 * @param note what else the person wrote; may be empty
 * @param by the user on the node; empty when it is not known
 * @param at when
 */
public record Mark(
    DeviceName device, String reason, Effect effect, String note, String by, Instant at) {
  /** The code of the reason that a mark becomes. */
  public static final String CODE = "manual";

  private static final Pattern REASON = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final int LONGEST_NOTE = 500;

  /** Refuses what could be no part of a taint or of a file's name. */
  public Mark {
    if (!isReason(reason)) {
      throw new IllegalArgumentException(
          "'"
              + reason
              + "' is not a valid reason: use lower-case letters, digits and inner dashes, at most"
              + " 63");
    }
    if (effect != Effect.NO_SCHEDULE && effect != Effect.NONE) {
      throw new IllegalArgumentException("a mark cannot have the effect " + effect.id());
    }
    if (note.length() > LONGEST_NOTE) {
      throw new IllegalArgumentException("the note is longer than " + LONGEST_NOTE + " characters");
    }
  }

  /** Whether a mark can have that reason. */
  public static boolean isReason(String word) {
    return REASON.matcher(word).matches();
  }

  /** Whether it holds for that device. */
  boolean holdsFor(Device other) {
    return other.name().equals(device) || other.common().physical().contains(device.value());
  }

  /** As a reason of the device's health. */
  Reason asReason() {
    String text =
        "marked as "
            + reason
            + (by.isEmpty() ? "" : " by " + by)
            + (note.isEmpty() ? "" : ": " + note);
    return new Reason(
        CODE,
        reason,
        Reasons.sentence(text),
        effect == Effect.NONE ? State.DEGRADED : State.UNHEALTHY,
        effect,
        Action.NONE,
        "'acceld health clear " + device + " " + reason + "' takes it back",
        at);
  }
}
