package dev.acceld.health;

/**
 * One sign of trouble on a device, grave or not, for a person who looks at that device.
 *
 * @param signal a label-safe word: {@code xid-31}, {@code throttled}, {@code ecc-uncorrected}
 * @param message what was seen and what it means
 * @param advice what to do
 */
public record Finding(String signal, String message, String advice) {}
