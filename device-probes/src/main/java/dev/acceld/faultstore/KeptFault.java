package dev.acceld.faultstore;

import dev.acceld.device.PciAddress;
import dev.acceld.vendor.FaultCode;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * A fault that nothing but a reset or a reboot ends, as it is kept on disk.
 *
 * @param uuid of the device; with it alone the device is known, wherever it is plugged in
 * @param pci where the device was; stands in where there is no UUID
 * @param condition what is wrong, a word that a file name can hold: {@code xid-79}
 * @param detail its sub-code; empty where there is none. Not in the name of the file, so that an
 *     agent that knows no sub-codes judges by the number
 * @param onset when it was first seen
 * @param marks counters that a reset starts anew
 * @param ended when evidence of recovery was seen; empty while the fault lasts
 * @param evidence what was seen then, for a person
 * @param round how often the device had this fault before and with it: a later fault and its end
 *     have a higher number than an earlier one, whatever the wall clock says; 0 when it is not told
 */
public record KeptFault(
    Optional<String> uuid,
    Optional<PciAddress> pci,
    String condition,
    String detail,
    Onset onset,
    ResetMarks marks,
    Optional<Instant> ended,
    String evidence,
    long round) {

  /** The fault with its sub-code; empty for another condition. */
  public Optional<FaultCode> code() {
    return codeOf(condition).map(code -> with(code, detail));
  }

  /** A sub-code of an agent to come says nothing to this one. */
  private static FaultCode with(FaultCode code, String detail) {
    try {
      return new FaultCode(code.reason(), code.value(), detail);
    } catch (IllegalArgumentException e) {
      return code;
    }
  }

  /** The fault whose {@link FaultCode#id} that is. */
  public static Optional<FaultCode> codeOf(String condition) {
    return FaultCode.ofId(condition);
  }

  public boolean active() {
    return ended.isEmpty();
  }

  /** The name of its file: one for each device and condition, whoever writes it. */
  public String key() {
    return part() + "." + condition;
  }

  /** The device in the name of the file. */
  public String part() {
    return part(uuid, pci);
  }

  public static String part(Optional<String> uuid, Optional<PciAddress> pci) {
    return uuid.map(u -> u.toLowerCase(Locale.ROOT))
        .or(() -> pci.map(address -> "pci-" + address.toString().replace(':', '-')))
        .orElse("");
  }

  public KeptFault with(ResetMarks newMarks) {
    return new KeptFault(uuid, pci, condition, detail, onset, newMarks, ended, evidence, round);
  }

  public KeptFault because(String newDetail) {
    return new KeptFault(uuid, pci, condition, newDetail, onset, marks, ended, evidence, round);
  }

  public KeptFault inBoot(String newBoot) {
    return new KeptFault(
        uuid, pci, condition, detail, onset.inBoot(newBoot), marks, ended, evidence, round);
  }

  public KeptFault over(Instant at, String what) {
    return new KeptFault(uuid, pci, condition, detail, onset, marks, Optional.of(at), what, round);
  }

  public KeptFault inRound(long newRound) {
    return new KeptFault(uuid, pci, condition, detail, onset, marks, ended, evidence, newRound);
  }

  /** Whether it is known that they are of different boots. */
  public boolean otherBootThan(KeptFault other) {
    return onset.otherBootThan(other.onset);
  }
}
