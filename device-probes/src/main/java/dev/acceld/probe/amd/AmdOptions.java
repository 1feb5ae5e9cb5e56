package dev.acceld.probe.amd;

import dev.acceld.vendor.VendorOptionException;
import dev.acceld.vendor.VendorOptions;
import dev.acceld.vendor.VendorSetting;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Settings for AMD's GPUs, checked and typed.
 *
 * @param integrated whether graphics that are part of a processor are offered
 * @param proc the host's {@code /proc}, where it is not in its place
 */
record AmdOptions(boolean integrated, Optional<Path> proc) {
  /** The name of the setting. */
  static final String INTEGRATED = "amd-integrated-gpus";

  private static final String PROC = "amd-proc-dir";

  /** Nothing is set. */
  static final AmdOptions NONE = new AmdOptions(false, Optional.empty());

  /** Every device that may be offered, whatever the settings. */
  static final AmdOptions ANYTHING = new AmdOptions(true, Optional.empty());

  static final List<VendorSetting> SETTINGS =
      List.of(
          new VendorSetting(
              INTEGRATED,
              "BOOL",
              Optional.of("false"),
              "offer AMD graphics that are part of a processor (APU) as GPUs, too"),
          new VendorSetting(
              PROC,
              "DIR",
              Optional.empty(),
              "the host's /proc (default: /proc below the host root): it shows whether a process"
                  + " has an AMD GPU open, which is then not reset"));

  /**
   * Reads the values.
   *
   * @throws VendorOptionException naming the setting and what would be right
   */
  static AmdOptions of(VendorOptions options) {
    return new AmdOptions(options.isOn(INTEGRATED), options.findPath(PROC));
  }
}
