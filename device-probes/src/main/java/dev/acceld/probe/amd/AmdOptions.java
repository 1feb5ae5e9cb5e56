package dev.acceld.probe.amd;

import dev.acceld.vendor.VendorOptionException;
import dev.acceld.vendor.VendorOptions;
import dev.acceld.vendor.VendorSetting;
import java.util.List;
import java.util.Optional;

/**
 * Settings for AMD's GPUs, checked and typed.
 *
 * @param integrated whether graphics that are part of a processor are offered
 */
record AmdOptions(boolean integrated) {
  /** The name of the setting. */
  static final String INTEGRATED = "amd-integrated-gpus";

  /** Nothing is set. */
  static final AmdOptions NONE = new AmdOptions(false);

  /** Every device that may be offered, whatever the settings. */
  static final AmdOptions ANYTHING = new AmdOptions(true);

  static final List<VendorSetting> SETTINGS =
      List.of(
          new VendorSetting(
              INTEGRATED,
              "BOOL",
              Optional.of("false"),
              "offer AMD graphics that are part of a processor (APU) as GPUs, too"));

  /**
   * Reads the values.
   *
   * @throws VendorOptionException naming the setting and what would be right
   */
  static AmdOptions of(VendorOptions options) {
    return new AmdOptions(options.isOn(INTEGRATED));
  }
}
