package dev.acceld.vendor;

/** The value of a vendor's setting cannot be used; the message says why, and what can be. */
public final class VendorOptionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String option;

  /** About that setting, by its {@link VendorSetting#name}. */
  public VendorOptionException(String option, String what) {
    super(what);
    this.option = option;
  }

  /** The {@link VendorSetting#name} of the setting. */
  public String option() {
    return option;
  }
}
