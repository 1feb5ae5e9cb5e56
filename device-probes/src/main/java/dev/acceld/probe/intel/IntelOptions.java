package dev.acceld.probe.intel;

import dev.acceld.vendor.VendorOptions;
import dev.acceld.vendor.VendorSetting;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Settings for Intel GPUs, typed.
 *
 * @param proc the host's {@code /proc}, where it is not in its place
 * @param query whether drivers may be asked
 */
record IntelOptions(Optional<Path> proc, boolean query) {
  private static final String PROC = "intel-proc-dir";

  /**
   * No setting: the nodes of a simulated GPU have the numbers of some real one, which is another.
   */
  private static final String NO_QUERY = "intel-no-query";

  static final List<VendorSetting> SETTINGS =
      List.of(
          new VendorSetting(
              PROC,
              "DIR",
              Optional.empty(),
              "the host's /proc (default: /proc below the host root): it shows whether a process"
                  + " has an Intel GPU open, without which none is reset"));

  /** Reads the values. */
  static IntelOptions of(VendorOptions options) {
    return new IntelOptions(options.findPath(PROC), options.find(NO_QUERY).isEmpty());
  }

  /** Of a simulated machine. */
  static VendorOptions simulated(VendorOptions options) {
    return options.with(Map.of(NO_QUERY, "true"));
  }
}
