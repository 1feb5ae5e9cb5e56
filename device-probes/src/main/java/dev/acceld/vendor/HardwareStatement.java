package dev.acceld.vendor;

/**
 * What a vendor's module says of the node's hardware and its driver.
 *
 * @param severity how bad it is
 * @param text what is so, for a person
 * @param remedy what to do; empty when nothing is to be done, or the text says it
 */
public record HardwareStatement(Severity severity, String text, String remedy) {

  /** How bad it is. */
  public enum Severity {
    /** All is well. */
    OK,
    /** Something is missing, the rest works. */
    WARN,
    /** Nothing works until it is mended. */
    FAIL
  }
}
